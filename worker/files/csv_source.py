"""csv: cells by their place in the source, so that a cell that does not change keeps its quotes."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from shared.errors import UnreadableFile
from shared.files import FileOptions
from worker.files.charset import base_letter, read_text
from worker.files.csv_header import looks_like_header
from worker.files.editing import Edit, apply
from worker.files.escapes import CELL_QUOTED, Codec
from worker.files.failures import unreadable, wrong_option
from worker.files.opened_file import FileLimits
from worker.files.source_file import Piece, Places, SourceFile

DELIMITERS: Final = (",", ";", "\t", "|")
#: How Excel is told it, in a line before the header.
_SAID_DELIMITER: Final = re.compile(r"sep=([,;\t|])(?:\r\n|\n|\r)")
#: Looked at to find the delimiter.
_SAMPLE_CHARS: Final = 65_536
_SAMPLE_ROWS: Final = 100
#: A spreadsheet takes a cell that begins so for a formula.
_FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class Cell:
    """Where a cell stands, quotes included."""

    start: int
    end: int
    is_quoted: bool


@dataclass(frozen=True, slots=True)
class CellCodec:
    """A cell with its quotes, if it has any: it gets them when what is written needs them."""

    delimiter: str
    is_quoted: bool
    is_fixed: bool = False

    def read(self, raw: str) -> str:
        return CELL_QUOTED.read(raw[1:-1]) if self.is_quoted else raw

    def rewrite(self, raw: str, edits: Sequence[Edit]) -> str:
        old = self.read(raw)
        new = apply(old, edits)
        if new.startswith(_FORMULA_STARTS) and not old.startswith(_FORMULA_STARTS):
            new = "'" + new
        if self.is_quoted or any(mark in new for mark in (self.delimiter, '"', "\n", "\r")) or new != new.strip():
            return '"' + new.replace('"', '""') + '"'
        return new


def open_csv(content: bytes, options: FileOptions, limits: FileLimits) -> SourceFile:
    """Cells of the named columns, or of all. Raises UnreadableFile, UnsupportedFile."""
    source, charset = read_text(content)
    said = _SAID_DELIMITER.match(source)
    start = said.end() if said else 0
    delimiter = options.delimiter or (said[1] if said else find_delimiter(source))
    codecs: dict[bool, Codec] = {is_quoted: CellCodec(delimiter, is_quoted) for is_quoted in (False, True)}
    places = Places(source, limits)
    wanted: frozenset[int] | None = None
    for number, row in enumerate(read_rows(source, delimiter, start)):
        if number == 0:
            names = [codecs[cell.is_quoted].read(source[cell.start : cell.end]) for cell in row]
            has_header = _has_header(names, options)
            wanted = _columns(names, has_header, options)
            if has_header:
                continue
        for column, cell in enumerate(row):
            if cell.start < cell.end and (wanted is None or column in wanted):
                places.add(Piece(cell.start, cell.end, codecs[cell.is_quoted]))
    return SourceFile(places, charset, base_letter)


def read_rows(source: str, delimiter: str, start: int = 0) -> Iterator[list[Cell]]:
    """Rows of cells (RFC 4180; a line ends with CRLF, LF or CR). Raises UnreadableFile for quotes that do not close."""
    cell = re.compile(
        rf'(?:(?P<quoted>"[^"]*(?:""[^"]*)*")(?=[{re.escape(delimiter)}\r\n]|\Z)|(?P<bare>[^{re.escape(delimiter)}\r\n]*))'
        rf"(?P<after>{re.escape(delimiter)}|\r\n|\n|\r|\Z)"
    )
    position, row = start, []
    while True:
        found = cell.match(source, position)
        if found is None:
            raise unreadable("It has quotes that do not close as csv has them", line=_line(source, position))
        quoted, _, after = found.groups()
        if quoted is None and source.startswith('"', position):
            raise unreadable("It has quotes that do not close as csv has them", line=_line(source, position))
        first, last = found.span(1 if quoted is not None else 2)
        row.append(Cell(first, last, quoted is not None))
        position = found.end()
        if after == delimiter:
            continue
        yield row
        row = []
        if position >= len(source):
            return


def find_delimiter(source: str) -> str:
    """The one that gives the rows at the start one number of cells, above one; a comma when none does."""
    sample = source[:_SAMPLE_CHARS]
    is_cut = len(sample) < len(source)
    best, most = DELIMITERS[0], 0.0
    for delimiter in DELIMITERS:
        counts = _cells_a_row(sample, delimiter, is_cut=is_cut)
        usual = max(set(counts), key=counts.count, default=0)
        if usual < 2:
            continue
        # How many rows agree counts more than how many cells they have.
        score = counts.count(usual) / len(counts) + min(usual, 100) / 1_000
        if score > most:
            best, most = delimiter, score
    return best


def _cells_a_row(sample: str, delimiter: str, *, is_cut: bool) -> list[int]:
    counts = []
    try:
        for row in islice(read_rows(sample, delimiter), _SAMPLE_ROWS):
            if row[-1].end < len(sample) or not is_cut:
                counts.append(len(row) if len(row) > 1 or row[0].start < row[0].end else 0)
    except UnreadableFile:
        # The sample's end is within quotes, or this delimiter is wrong: what was read up to here says it.
        pass
    return [count for count in counts if count]


def _has_header(first: Sequence[str], options: FileOptions) -> bool:
    if options.has_header is not None:
        return options.has_header
    return bool(options.columns) or looks_like_header(first)


def _columns(first: Sequence[str], has_header: bool, options: FileOptions) -> frozenset[int] | None:
    """Of the columns that are named; None: all."""
    if not options.columns:
        return None
    names = [name.strip() for name in first] if has_header else [str(number) for number in range(1, len(first) + 1)]
    found: set[int] = set()
    for index, column in enumerate(options.columns):
        at = {place for place, name in enumerate(names) if name == column.strip()}
        if not at:
            raise wrong_option(f"/columns/{index}", "The file has no column of this name.")
        found |= at
    return frozenset(found)


def _line(source: str, position: int) -> int:
    before = source[:position]
    return len(re.findall(r"\r\n|\n|\r", before)) + 1
