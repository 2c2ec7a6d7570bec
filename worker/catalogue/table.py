"""Tables in Markdown."""

from collections.abc import Iterable, Iterator, Sequence


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """Its lines."""
    yield _row(head)
    yield "|---" * len(head) + "|"
    yield from map(_row, rows)


def code(text: str) -> str:
    """As code, whatever stands in it. Markdown takes one blank off both ends, so blanks of its own get one more."""
    fence = "``" if "`" in text else "`"
    padding = " " if text.startswith((" ", "`")) or text.endswith((" ", "`")) else ""
    return f"{fence}{padding}{text}{padding}{fence}"


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
