"""Request headers that say how a client would like to be answered: `Prefer` (RFC 7240), `Cancel-After`, ETags."""

import re
from typing import Annotated, Final

from fastapi import Header
from pydantic import Field

from shared.errors import FieldError, InvalidRequest

#: One preference of the list: a comma within a quoted value parts nothing.
_PREFERENCE: Final = re.compile(r'(?:[^",]|"(?:[^"\\]|\\.)*")+')
_WAIT: Final = re.compile(r'\s*wait\s*=\s*("?)(\d{1,9})\1\s*(?:;.*)?', re.IGNORECASE | re.ASCII)
_ASYNC: Final = re.compile(r"\s*respond-async\s*(?:;.*)?", re.IGNORECASE | re.ASCII)
_SPAN: Final = re.compile(r"(?:(\d{1,9})h)?(?:(\d{1,9})m)?(?:(\d{1,9})s?)?", re.ASCII)
_LONGEST_CHARS: Final = 1_000
_LONGEST_MS: Final = 30 * 86_400_000

PreferHeader = Annotated[
    str | None,
    Header(
        description="`wait=N`: answer when the job ends or after N seconds (at most 60), whichever is first. "
        "`respond-async`: answer at once, which is also what happens without it."
    ),
]
CancelAfterHeader = Annotated[
    # Not checked by pydantic, whose errors could not say what is wrong with it.
    Annotated[str, Field(json_schema_extra={"pattern": f"^{_SPAN.pattern}$"})] | None,
    Header(description="The job expires after so long, whatever its state: seconds, or as in `90s`, `5m`, `1h30m`."),
]
IfNoneMatchHeader = Annotated[str | None, Header(description="ETags that the client has; 304 where one still fits.")]


def wait_s(prefer: str | None, most_s: float) -> float | None:
    """Seconds that the client would wait, cut to `most_s`; None when it names none, or what cannot be read."""
    found = (_WAIT.fullmatch(each) for each in _preferences(prefer))
    return next((min(float(wait[2]), most_s) for wait in found if wait), None)


def applied(prefer: str | None, wait: float | None) -> dict[str, str]:
    """The `Preference-Applied` header, when there is something to say."""
    if wait is not None:
        return {"Preference-Applied": f"wait={wait:g}"}
    is_async = any(_ASYNC.fullmatch(each) for each in _preferences(prefer))
    return {"Preference-Applied": "respond-async"} if is_async else {}


def _preferences(prefer: str | None) -> list[str]:
    """None of a header that is too long to be meant: quotes that are never closed take the square of its length."""
    return [] if prefer is None or len(prefer) > _LONGEST_CHARS else _PREFERENCE.findall(prefer)


def cancel_after_ms(header: str | None) -> int | None:
    """Milliseconds from now, at most 30 days. Raises InvalidRequest."""
    if header is None:
        return None
    match = _SPAN.fullmatch(header.strip())
    hours, minutes, seconds = (int(part or 0) for part in match.groups()) if match else (0, 0, 0)
    milliseconds = (hours * 3600 + minutes * 60 + seconds) * 1000
    if not 0 < milliseconds <= _LONGEST_MS:
        detail = "Must be a time from 1 second to 30 days: seconds, or as in 90s, 5m, 1h30m."
        raise InvalidRequest(errors=(FieldError("/headers/Cancel-After", detail),))
    return milliseconds


def is_known(if_none_match: str | None, etag: str) -> bool:
    """Whether the client has this version (RFC 9110, 13.1.2: weak comparison)."""
    known = [each.strip().removeprefix("W/") for each in (if_none_match or "").split(",")]
    return etag in known or known == ["*"]
