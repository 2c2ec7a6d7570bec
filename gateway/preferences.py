"""The `Prefer` header (RFC 7240): `wait=N` and `respond-async`."""

import re
from typing import Annotated, Final

from fastapi import Header

_WAIT: Final = re.compile(r"(?:^|[,;])\s*wait\s*=\s*\"?(\d{1,9})\"?\s*(?=$|[,;])", re.IGNORECASE | re.ASCII)

PreferHeader = Annotated[
    str | None,
    Header(description="`wait=N`: answer when the job ends or after N seconds (at most 60), whichever is first."),
]


def wait_s(prefer: str | None, most_s: float) -> float | None:
    """Seconds that the client would wait, cut to `most_s`; None when it names none, or what cannot be read."""
    found = _WAIT.search(prefer or "")
    return min(float(found[1]), most_s) if found else None


def applied(wait: float | None) -> dict[str, str]:
    """The `Preference-Applied` header, when there is something to say."""
    return {} if wait is None else {"Preference-Applied": f"wait={wait:g}"}
