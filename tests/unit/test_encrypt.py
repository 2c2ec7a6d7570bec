"""Tokens: their client turns them back to the byte, nobody else does, and keys can be rotated."""

import pytest

from shared.errors import TokenInvalid, TokenKeyUnknown
from shared.tokens import DecryptionKeys, deanonymize
from tests.unit.anonymizing import SERVICE_KEY, marked, text_of
from worker.anonymization.placeholders import PLACEHOLDER
from worker.anonymization.scope import Scope

ENCRYPT = {"default": {"name": "encrypt"}}
KEYS = DecryptionKeys.for_client([SERVICE_KEY], "client")


@pytest.mark.parametrize("scope", ["document", "job", "client"])
@pytest.mark.parametrize(
    "text",
    [
        "[PERSON|John Smith] met [PERSON|Ann] in [LOCATION|Rome].",
        "[PERSON|Zoë][LOCATION|שלום]\r\n[PERSON|e\u0301lan 👩‍⚕️]",
        "[PERSON|a\ud800b]",
        "[PERSON|<PERSON>] [PERSON|\x00]",
        "[PERSON|" + "long " * 5_000 + "]",
    ],
)
def test_what_was_encrypted_comes_back_to_the_byte(text: str, scope: Scope) -> None:
    hidden = text_of(text, ENCRYPT, scope=scope)
    assert deanonymize(hidden, KEYS) == marked(text)[0]


def test_a_token_is_a_placeholder_and_holds_nothing_of_its_value() -> None:
    token = text_of("[PERSON|John Smith]", ENCRYPT)
    assert PLACEHOLDER.fullmatch(token)
    assert "John" not in token


def test_equal_values_have_equal_tokens_within_the_scope_only() -> None:
    first, second, other = text_of("[PERSON|Ann] [PERSON|Ann] [PERSON|Bob]", ENCRYPT).split()
    assert first == second != other
    assert first != text_of("[PERSON|Ann]", ENCRYPT, job="another")
    assert text_of("[PERSON|Ann]", ENCRYPT, scope="client", job="a") == text_of(
        "[PERSON|Ann]", ENCRYPT, scope="client", job="b"
    )


def test_equal_values_of_two_types_have_two_tokens() -> None:
    person, place = text_of("[PERSON|Paris] [LOCATION|Paris]", ENCRYPT).split()
    assert person.removeprefix("<PERSON") != place.removeprefix("<LOCATION")


def test_tokens_of_an_old_key_are_read_after_a_rotation() -> None:
    hidden = text_of("[PERSON|Ann]", ENCRYPT)
    rotated = DecryptionKeys.for_client([b"the key that came after" * 2, SERVICE_KEY], "client")
    assert deanonymize(hidden, rotated) == "Ann"


def test_a_token_of_a_key_that_is_gone_is_refused() -> None:
    hidden = text_of("[PERSON|Ann]", ENCRYPT)
    with pytest.raises(TokenKeyUnknown):
        deanonymize(hidden, DecryptionKeys.for_client([b"the key that came after" * 2], "client"))


def test_a_token_of_another_client_is_refused() -> None:
    hidden = text_of("[PERSON|Ann]", ENCRYPT, client="somebody else")
    with pytest.raises(TokenInvalid):
        deanonymize(hidden, KEYS)


def test_every_change_of_a_token_is_refused_without_text() -> None:
    hidden = text_of("Dear [PERSON|Ann], hello", ENCRYPT)
    start, end = hidden.index(":siv:") + 5, hidden.index(">")
    for place in range(start, end):
        changed = hidden[:place] + ("A" if hidden[place] != "A" else "B") + hidden[place + 1 :]
        with pytest.raises((TokenInvalid, TokenKeyUnknown), match="position 5") as caught:
            deanonymize(changed, KEYS)
        assert "Ann" not in str(caught.value)
        assert "Dear" not in str(caught.value)


@pytest.mark.parametrize(
    "token", ["<PERSON:siv:A>", "<PERSON:siv:AAAA>", "<PERSON:siv:=>", "<PERSON:siv:" + "A" * 40 + ">"]
)
def test_what_only_looks_like_a_token_is_an_error_or_text(token: str) -> None:
    if PLACEHOLDER.fullmatch(token):
        with pytest.raises((TokenInvalid, TokenKeyUnknown)):
            deanonymize(token, KEYS)
    else:
        assert deanonymize(token, KEYS) == token


def test_a_changed_type_is_refused() -> None:
    with pytest.raises(TokenInvalid):
        deanonymize(text_of("[PERSON|Ann]", ENCRYPT).replace("PERSON", "LOCATION"), KEYS)


def test_other_placeholders_stay() -> None:
    assert deanonymize("<PERSON> <PERSON_1> <b> <PERSON:hash:00>", KEYS) == "<PERSON> <PERSON_1> <b> <PERSON:hash:00>"


def test_a_short_service_key_is_refused() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        DecryptionKeys.for_client([b"short"], "client")
