"""json and jsonl: strings by pointer or all; keys, numbers, order and white space stay byte for byte."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.errors import UnreadableFile
from tests.unit.rebuilding import rebuild, segments, unchanged
from worker.files.opened_file import FileLimits

#: What a parser and a writer would change: keys twice, their order, numbers, escapes, blanks.
ODD = rb""" { "b" : 1.50, "a":1e+05 ,"b": -0.0,
"\u0061": "\u004aane Doe \/ \ud83d\ude00 caf\u00e9", "n": 12345678901234567890123, "e":[ ],"o":{ },
 "t":[true,false , null]}
"""


def test_only_the_hidden_characters_change() -> None:
    assert segments("json", ODD) == ["Jane Doe / 😀 café"]
    assert rebuild("json", ODD) == ODD.replace(rb"\u004aane Doe", b"<PERSON>")
    assert unchanged("json", ODD) == ODD


@pytest.mark.parametrize(
    ("new", "written"),
    [
        ('a"b', rb"a\"b"),
        ("a\\b", rb"a\\b"),
        ("a\nb\x01", rb"a\nb\u0001"),
        ("é", "é".encode()),
        ("", b""),
    ],
)
def test_a_new_value_is_escaped(new: str, written: bytes) -> None:
    after = rebuild("json", b'["x Jane Doe y"]', {"Jane Doe": new})
    assert after == b'["x ' + written + b' y"]'
    assert json.loads(after) == [f"x {new} y"]


@pytest.mark.parametrize("charset", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "cp1252"])
def test_the_charset_stays(charset: str) -> None:
    content = '{"né": "Jane Doe à"}'.encode(charset)
    assert rebuild("json", content) == '{"né": "<PERSON> à"}'.encode(charset)


def test_a_letter_that_the_charset_does_not_have_is_escaped() -> None:
    after = rebuild("json", '["é Jane Doe"]'.encode("cp1252"), {"Jane Doe": "Ж😀"})
    assert json.loads(after.decode("cp1252")) == ["é Ж😀"]


def test_a_lone_surrogate_is_read_as_the_replacement_character_and_stays() -> None:
    content = rb'["\ud800 Jane Doe \udc00", "a\u0000b"]'
    assert segments("json", content) == ["\ufffd Jane Doe \ufffd", "a\ufffdb"]
    assert rebuild("json", content) == rb'["\ud800 <PERSON> \udc00", "a\u0000b"]'


_TREE = b'{"people": [{"name": "A", "tags": ["B", "C"]}, {"name": "D"}], "note": "E", "a/b": "F", "~": "G", "": "H"}'


@pytest.mark.parametrize(
    ("pointers", "expected"),
    [
        ([], "ABCDEFGH"),
        (["/note"], "E"),
        (["/people/0/name"], "A"),
        (["/people/*/name"], "AD"),
        (["/people/0"], "ABC"),
        (["/people"], "ABCD"),
        (["/*"], "ABCDEFGH"),
        (["/*/*/tags/1"], "C"),
        (["/a~1b", "/~0"], "FG"),
        (["/"], "H"),
        (["/people/*/tags", "/people/1/*", "/note"], "BCDE"),
    ],
)
def test_pointers_name_strings(pointers: list[str], expected: str) -> None:
    assert segments("json", _TREE, pointers=pointers) == list(expected)


@pytest.mark.parametrize(
    ("kind", "content", "pointers", "missing"),
    [
        ("json", _TREE, ["/nobody"], 0),
        ("json", _TREE, ["/note", "/people/2"], 1),
        ("json", _TREE, ["/note/x"], 0),
        ("json", b'"A"', ["/0"], 0),
        ("jsonl", b'{"a": "A"}\n{"b": "B"}\n', ["/a", "/b", "/c"], 2),
    ],
)
def test_a_pointer_to_nothing_is_named(kind: str, content: bytes, pointers: list[str], missing: int) -> None:
    with pytest.raises(UnreadableFile) as error:
        segments(kind, content, pointers=pointers)
    assert [each.pointer for each in error.value.errors] == [f"/file/pointers/{missing}"]


def test_a_pointer_may_be_in_some_lines_alone() -> None:
    assert segments("jsonl", b'{"a": "A"}\n{"b": "B"}\n', pointers=["/a", "/b"]) == ["A", "B"]


def test_many_pointers_with_wildcards_cost_no_more_than_one() -> None:
    names = ["".join(bits) for bits in _products("a*", 6)]
    content = b'{"a":' * 6 + b"[" + b",".join([b'"x"'] * 50_000) + b"]" + b"}" * 6
    assert segments("json", content, pointers=["/" + "/".join(name) for name in names]) == ["x"]


def _products(letters: str, length: int) -> list[tuple[str, ...]]:
    return [()] if not length else [(letter, *rest) for letter in letters for rest in _products(letters, length - 1)]


@pytest.mark.parametrize(
    ("content", "line", "column"),
    [
        (b"", 1, 1),
        (b"  \n ", 2, 2),
        (b"[1,]", 1, 4),
        (b"[1 2]", 1, 4),
        (b'{"a" 1}', 1, 6),
        (b'{"a":1,}', 1, 8),
        (b"{1:2}", 1, 2),
        (b"[1}", 1, 3),
        (b'["a\nb"]', 1, 2),
        (b'[\n "a\\x"]', 2, 2),
        (b'["\\u12g4"]', 1, 2),
        (b"01", 1, 1),
        (b"[1.]", 1, 2),
        (b"[+1]", 1, 2),
        (b"NaN", 1, 1),
        (b"nul", 1, 1),
        (b"[truex]", 1, 2),
        (b"1 2", 1, 3),
        (b"[] x", 1, 4),
        (b"]", 1, 1),
        (b":", 1, 1),
        (b"'a'", 1, 1),
        (b"[/**/]", 1, 2),
    ],
)
def test_what_is_no_json_is_refused_with_its_place(content: bytes, line: int, column: int) -> None:
    with pytest.raises(UnreadableFile, match=f"in line {line}, column {column}"):
        segments("json", content)


def test_a_bad_line_refuses_the_file() -> None:
    with pytest.raises(UnreadableFile, match="in line 3, column 2"):
        segments("jsonl", b'{"a": "b"}\n\n{\n"c"\n')


def test_lines_and_their_ends_stay() -> None:
    content = b'"Jane Doe"\r\n\r\n  {"a": "Jane Doe"} \n["\xe2\x80\xa8"]\n1'
    assert rebuild("jsonl", content) == content.replace(b"Jane Doe", b"<PERSON>")


@pytest.mark.parametrize(("depth", "is_fine"), [(200, True), (201, False)])
def test_levels_are_limited(depth: int, is_fine: bool) -> None:
    content = b"[" * depth + b'"A"' + b"]" * depth
    if is_fine:
        assert segments("json", content) == ["A"]
        return
    with pytest.raises(UnreadableFile, match="more than 200 levels"):
        segments("json", content, FileLimits())


_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
    max_leaves=12,
)


@given(value=_VALUES, indent=st.sampled_from([None, 0, 2]), is_ascii=st.booleans())
@settings(max_examples=300, deadline=None)
def test_what_the_standard_library_writes_is_read(value: object, indent: int | None, is_ascii: bool) -> None:
    content = json.dumps(value, indent=indent, ensure_ascii=is_ascii).encode("utf-8", "surrogatepass")
    expected = [text.replace("\x00", "\ufffd") for text in _strings(value) if any(map(str.isalnum, text))]
    assert segments("json", content) == list(dict.fromkeys(expected))
    assert unchanged("json", content) == content
    after = rebuild("json", content, {text: "-" for text in expected if text})
    assert _shape(json.loads(after)) == _shape(value)


def _strings(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    children = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [text for child in children for text in _strings(child)]


def _shape(value: Any) -> Any:
    """The value without its strings."""
    if isinstance(value, str):
        return ""
    if isinstance(value, dict):
        return {key: _shape(child) for key, child in value.items()}
    return [_shape(child) for child in value] if isinstance(value, list) else value
