"""Depth and size of a JSON body, in whatever chunks it comes, beside Python's own parser."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.protection.json_shape import JsonShape
from shared.errors import InvalidRequest, JsonTooComplex

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(alphabet=st.sampled_from('a"\\[]{},:\u00e9\n')),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(alphabet='a"\\{', max_size=3), inner, max_size=4)
    ),
    max_leaves=20,
)


def passes(body: bytes, *, depth: int = 100, values: int = 10_000, chunk_bytes: int = 1_000) -> bool:
    shape = JsonShape(depth, values)
    try:
        for start in range(0, len(body), chunk_bytes):
            shape.take(body[start : start + chunk_bytes])
    except JsonTooComplex:
        return False
    return True


def depth_of(value: Any) -> int:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else None
    return 0 if inner is None else 1 + max(map(depth_of, inner), default=0)


def values_of(value: Any) -> int:
    """As it is counted: what stands behind a comma, a colon or an opening bracket."""
    if isinstance(value, dict):
        return max(1, 2 * len(value)) + sum(map(values_of, value.values()))
    return max(1, len(value)) + sum(map(values_of, value)) if isinstance(value, list) else 0


@given(VALUES, st.integers(1, 7), st.booleans())
def test_depth_and_size_are_those_of_the_document(value: Any, chunk_bytes: int, is_ascii: bool) -> None:
    body = json.dumps(value, ensure_ascii=is_ascii).encode()
    depth, values = depth_of(value), values_of(value)
    assert passes(body, depth=depth, values=values, chunk_bytes=chunk_bytes)
    if depth:
        assert not passes(body, depth=depth - 1, chunk_bytes=chunk_bytes)
        assert not passes(body, values=values - 1, chunk_bytes=chunk_bytes)


@pytest.mark.parametrize(
    "body",
    [b"", b" ", b'"', b'"\\', b"}}}}", b"[" * 8, b'{"text": "' + b"[" * 5_000 + b'"}', b'"' + b'\\"[' * 5_000 + b'"'],
)
def test_what_is_small_passes_whether_it_is_json_or_not(body: bytes) -> None:
    assert all(passes(body, depth=8, values=8, chunk_bytes=chunk) for chunk in (1, 2, 3, 100_000))


@pytest.mark.parametrize(
    "body", [b"[" * 9, b'{"a":' * 9, b"[0,0,0,0,0,0,0,0,0]", b'["\\\\",[[[[[[[[', b"[]" * 5_000, b"," * 9]
)
def test_what_is_not_small_is_refused(body: bytes) -> None:
    assert not any(passes(body, depth=8, values=8, chunk_bytes=chunk) for chunk in (1, 2, 3, 100_000))


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"])
def test_another_encoding_does_not_hide_anything(encoding: str) -> None:
    with pytest.raises(InvalidRequest):
        JsonShape(8, 8).take('{"a": 1}'.encode(encoding))
