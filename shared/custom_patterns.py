"""Callers' patterns, checked when a job is submitted, so that a worker never meets one it cannot run."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import re2

from shared.errors import FieldError, InvalidRequest

#: A compiled pattern's program may take this much; RE2 refuses a bigger one, such as (a{1000}){1000}.
MAX_PROGRAM_BYTES = 1 << 20
#: Texts in which a pattern must not match nothing: empty, a letter, a word boundary, a line end.
_PROBES = ("", "a", " a ", "1\n")
_REFUSED = "is not a pattern RE2 takes: it has no look-around and no back-references, and counts go up to 1000"
_EMPTY = "matches the empty string; it must need at least one character"


class InvalidPattern(InvalidRequest):
    """A recognizer's pattern cannot be used; see errors."""

    problem, title = "invalid-pattern", "Pattern that cannot be used"


def check_patterns(patterns: Sequence[str], *, pointer: str = "/options/recognizers") -> None:
    """Raises InvalidPattern, naming each field by its JSON Pointer below `pointer` but no text of it."""
    errors = tuple(
        FieldError(f"{pointer}/{index}/pattern", fault)
        for index, pattern in enumerate(patterns)
        if (fault := _fault(pattern)) is not None
    )
    if errors:
        raise InvalidPattern(errors=errors)


def _fault(pattern: str) -> str | None:
    try:
        compiled = compile_pattern(pattern)
    except re2.error:
        return _REFUSED
    if any(match.start() == match.end() for probe in _PROBES for match in compiled.finditer(probe)):
        return _EMPTY
    return None


@lru_cache(maxsize=512)
def compile_pattern(pattern: str) -> Any:
    """RE2's compiled form, which mypy knows no type for. Raises re2.error; writes nothing to stderr."""
    options = re2.Options()
    options.log_errors = False
    options.max_mem = MAX_PROGRAM_BYTES
    return re2.compile(pattern, options)
