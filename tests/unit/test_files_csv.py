"""csv: cells of named columns or of all; a cell that does not change stays byte for byte."""

import csv
import io
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.errors import UnreadableFile
from tests.unit.rebuilding import rebuild, segments, unchanged
from worker.files.csv_header import looks_like_header
from worker.files.csv_source import DELIMITERS, find_delimiter, read_rows
from worker.files.opened_file import FileLimits


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"name,note\r\nJane Doe,in Lyon\r\n", b"name,note\r\n<PERSON>,in <LOCATION>\r\n"),
        (b'name;note\n"Jane Doe";"a ""b"" Lyon"', b'name;note\n"<PERSON>";"a ""b"" <LOCATION>"'),
        (b"name\tid\nJane Doe\t007\n", b"name\tid\n<PERSON>\t007\n"),
        (b"name|id\rJane Doe|1.50\r", b"name|id\r<PERSON>|1.50\r"),
        (b'id,note\n1,"two\r\nlines, Jane Doe"\n', b'id,note\n1,"two\r\nlines, <PERSON>"\n'),
        ("\ufeffname,née\nJane Doe,né\n".encode(), "\ufeffname,née\n<PERSON>,né\n".encode()),
        ("name,ville\nJane Doe,Épinal\n".encode("cp1252"), "name,ville\n<PERSON>,Épinal\n".encode("cp1252")),
        (b'name,id\n"",\n,"Jane Doe"\n\nx', b'name,id\n"",\n,"<PERSON>"\n\nx'),
        (b'name,id\n5" Jane Doe,x\n', b'name,id\n"5"" <PERSON>",x\n'),
        (b"Jane Doe\nBob\n", b"<PERSON>\nBob\n"),
        (b"sep=;\r\nname;a,b\r\nJane Doe;1,2\r\n", b"sep=;\r\nname;a,b\r\n<PERSON>;1,2\r\n"),
    ],
)
def test_only_what_is_hidden_changes(content: bytes, expected: bytes) -> None:
    assert rebuild("csv", content) == expected
    assert unchanged("csv", content) == content


@pytest.mark.parametrize(
    ("new", "written"),
    [
        ("a", b"a"),
        ("a,b", b'"a,b"'),
        ('a"b', b'"a""b"'),
        ("a\nb", b'"a\nb"'),
        (" a ", b'" a "'),
        ("a;b", b"a;b"),
        ("", b""),
        # A spreadsheet would run them.
        ("=1+1", b"'=1+1"),
        ("+33", b"'+33"),
        ("-1", b"'-1"),
        ("@SUM(A1)", b"'@SUM(A1)"),
        ("\tx", b"'\tx"),
    ],
)
def test_a_new_value_is_quoted_where_it_must_be(new: str, written: bytes) -> None:
    assert rebuild("csv", b"name,id\nJane Doe,1\n", {"Jane Doe": new}) == b"name,id\n" + written + b",1\n"


def test_a_cell_that_began_as_a_formula_is_made_no_worse() -> None:
    assert rebuild("csv", b"phone,id\n+33 1,1\n", {"+33 1": "+44 2"}) == b"phone,id\n+44 2,1\n"


_TABLE = b"id,name,city\nJane Doe,Jane Doe,Lyon\n"


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"columns": ["name"]}, b"id,name,city\nJane Doe,<PERSON>,Lyon\n"),
        ({"columns": ["name", " city "]}, b"id,name,city\nJane Doe,<PERSON>,<LOCATION>\n"),
        ({"columns": ["1", "3"], "has_header": False}, b"id,name,city\n<PERSON>,Jane Doe,<LOCATION>\n"),
        ({}, b"id,name,city\n<PERSON>,<PERSON>,<LOCATION>\n"),
        ({"delimiter": ";"}, b"id,name,city\n<PERSON>,<PERSON>,<LOCATION>\n"),
    ],
)
def test_columns_are_named(options: dict[str, Any], expected: bytes) -> None:
    assert rebuild("csv", _TABLE, **options) == expected


@pytest.mark.parametrize(
    ("options", "pointer"),
    [
        ({"columns": ["Name"]}, "/file/columns/0"),
        ({"columns": ["name", "nom"]}, "/file/columns/1"),
        ({"columns": ["4"], "has_header": False}, "/file/columns/0"),
        ({"columns": ["name"], "has_header": False}, "/file/columns/0"),
    ],
)
def test_a_column_that_is_not_there_is_named_by_its_pointer(options: dict[str, Any], pointer: str) -> None:
    with pytest.raises(UnreadableFile) as error:
        segments("csv", _TABLE, **options)
    assert [each.pointer for each in error.value.errors] == [pointer]


def test_columns_of_one_name_are_all_meant() -> None:
    assert segments("csv", b"note,id,note\na,b,c\n", columns=["note"]) == ["a", "c"]


@pytest.mark.parametrize(
    ("first", "is_header"),
    [
        ("name,notes", True),
        ("Nom,Prénom,Date de naissance", True),
        ("first_name,lastName,e-mail", True),
        ("ID,Customer Name,xyz", True),
        ("Jane Doe,Lyon", False),
        ("Doe,Jane", False),
        ("name,12", False),
        ("name,", False),
        ("name,name", False),
        ("jane@example.org,text", False),
        ("name,a,b,c", False),
    ],
)
def test_a_row_of_data_is_not_taken_for_a_header(first: str, is_header: bool) -> None:
    assert looks_like_header(first.split(",")) is is_header


@pytest.mark.parametrize(("has_header", "expected"), [(True, ["Bob"]), (False, ["Jane Doe", "Bob"])])
def test_the_caller_knows_best_whether_there_is_a_header(has_header: bool, expected: list[str]) -> None:
    assert segments("csv", b"Jane Doe\nBob\n", has_header=has_header) == expected


@pytest.mark.parametrize(
    ("sample", "delimiter"),
    [
        ("a;b\n1,5;2,5\n3,1;4,2\n", ";"),
        ("a,b\n1;2,3\n", ","),
        ('a\tb\n"x, y, z"\tc, d\n', "\t"),
        ("a|b|c\nx, y|z|\n", "|"),
        ("one\ntwo\n", ","),
        ("", ","),
        ('"a;b",c\n"d;e",f\n', ","),
        ("a,b,c\n" + '1,"' + "x" * 70_000 + '",2\n', ","),
    ],
)
def test_the_delimiter_is_found(sample: str, delimiter: str) -> None:
    assert find_delimiter(sample) == delimiter


@pytest.mark.parametrize(
    ("content", "line"),
    [(b'a,"b\n', 1), (b'a,b\r\nc,"d" e\r\n', 2), (b'a\n\n"b""\n', 3), (b'a\r"b"c,d', 2)],
)
def test_quotes_that_do_not_close_are_refused_with_their_line(content: bytes, line: int) -> None:
    with pytest.raises(UnreadableFile, match=f"in line {line}"):
        segments("csv", content)


def test_too_many_texts_are_refused() -> None:
    with pytest.raises(UnreadableFile, match="more than 3 texts"):
        segments("csv", b"a,b\nc,d\n", FileLimits(max_texts=3), has_header=False)


#: Not a lone carriage return: the standard writer leaves it bare, and its own reader takes it for a row's end.
_CELLS = st.lists(st.sampled_from([*'ab,;|\t"\n é', "\r\n"]), max_size=6).map("".join)


@given(
    rows=st.lists(st.lists(_CELLS, min_size=1, max_size=4), min_size=1, max_size=5),
    delimiter=st.sampled_from(DELIMITERS),
    quoting=st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL, csv.QUOTE_NONNUMERIC]),
    line_end=st.sampled_from(["\n", "\r\n"]),
)
@settings(max_examples=300, deadline=None)
def test_rows_are_read_as_the_standard_library_writes_them(
    rows: list[list[str]], delimiter: str, quoting: int, line_end: str
) -> None:
    output = io.StringIO(newline="")
    csv.writer(output, delimiter=delimiter, quoting=quoting, lineterminator=line_end).writerows(rows)  # type: ignore[arg-type]  # the stub wants the literal
    source = output.getvalue()
    read = [
        [_value(source[cell.start : cell.end], is_quoted=cell.is_quoted) for cell in row]
        for row in read_rows(source, delimiter)
    ]
    assert read[: len(rows)] == rows
    assert read[len(rows) :] in ([], [[""]])


def _value(raw: str, *, is_quoted: bool) -> str:
    return raw[1:-1].replace('""', '"') if is_quoted else raw
