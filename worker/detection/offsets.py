"""Offsets counted as the caller counts: code points, UTF-16 code units or UTF-8 bytes."""

from collections.abc import Iterable
from typing import Literal

OffsetUnit = Literal["codepoint", "utf16", "byte"]


def convert(text: str, offsets: Iterable[int], unit: OffsetUnit) -> list[int]:
    """Each code point offset of `text` in `unit`, in the given order.

    One pass over the text, whatever the number of offsets. Lone surrogates count 1 code unit and 3 bytes.
    Raises IndexError for an offset outside the text.
    """
    wanted = list(offsets)
    if any(offset < 0 or offset > len(text) for offset in wanted):
        raise IndexError("offset outside the text")
    if unit == "codepoint" or (text.isascii()):
        return wanted
    units: dict[int, int] = {}
    position = total = 0
    for offset in sorted(set(wanted)):
        total += _length(text[position:offset], unit)
        units[offset] = total
        position = offset
    return [units[offset] for offset in wanted]


def _length(piece: str, unit: OffsetUnit) -> int:
    if unit == "utf16":
        return len(piece.encode("utf-16-le", "surrogatepass")) // 2
    return len(piece.encode("utf-8", "surrogatepass"))
