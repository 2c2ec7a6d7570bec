"""The Idempotency-Key header: bare or a quoted string (RFC 8941), and nothing else."""

import pytest

from gateway.idempotency import parse_key
from shared.errors import InvalidRequest


@pytest.mark.parametrize(
    ("header", "key"),
    [
        ("8e03978e-40d5-43dd-bc93-6894a57f9324", "8e03978e-40d5-43dd-bc93-6894a57f9324"),
        ('"8e03978e-40d5-43dd-bc93-6894a57f9324"', "8e03978e-40d5-43dd-bc93-6894a57f9324"),
        ("a", "a"),
        ('a"b', 'a"b'),
        (r"a\b", r"a\b"),
        (r'"a\"b\\c"', r'a"b\c'),
        ("k" * 255, "k" * 255),
        ('"' + "k" * 255 + '"', "k" * 255),
        ('"' + r"\\" * 255 + '"', "\\" * 255),
    ],
)
def test_a_key_is_read(header: str, key: str) -> None:
    assert parse_key(header) == key


@pytest.mark.parametrize(
    "header",
    [
        *("", '""', '"', '"a', "a b", '"a b"', '"a"b"', r'"a\b"', '"a";p=1'),
        *("é", '"é"', "a\x00", "a\x7f", "a\n", "k" * 256, '"' + "k" * 256 + '"'),
    ],
)
def test_what_is_no_key_is_refused_and_not_repeated(header: str) -> None:
    with pytest.raises(InvalidRequest) as caught:
        parse_key(header)
    (fault,) = caught.value.errors
    assert fault.pointer == "/headers/Idempotency-Key"
    assert len(header) < 3 or header not in fault.detail
