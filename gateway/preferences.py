"""The `Prefer` header (RFC 7240): `wait=N` and `respond-async`."""

import re
from typing import Annotated, Final

from fastapi import Header

#: One preference of the list: a comma within a quoted value parts nothing.
_PREFERENCE: Final = re.compile(r'(?:[^",]|"(?:[^"\\]|\\.)*")+')
_WAIT: Final = re.compile(r'\s*wait\s*=\s*("?)(\d{1,9})\1\s*(?:;.*)?', re.IGNORECASE | re.ASCII)

PreferHeader = Annotated[
    str | None,
    Header(description="`wait=N`: answer when the job ends or after N seconds (at most 60), whichever is first."),
]


def wait_s(prefer: str | None, most_s: float) -> float | None:
    """Seconds that the client would wait, cut to `most_s`; None when it names none, or what cannot be read."""
    found = (_WAIT.fullmatch(each) for each in _PREFERENCE.findall(prefer or ""))
    return next((min(float(wait[2]), most_s) for wait in found if wait), None)


def applied(wait: float | None) -> dict[str, str]:
    """The `Preference-Applied` header, when there is something to say."""
    return {} if wait is None else {"Preference-Applied": f"wait={wait:g}"}
