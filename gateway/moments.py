"""Moments that clients name."""

import re
from datetime import datetime
from typing import Annotated, Final

from pydantic import AwareDatetime, BeforeValidator
from pydantic_core import PydanticCustomError

#: RFC 3339, 5.6. pydantic alone would also take numbers, for seconds or milliseconds by their size.
_RFC_3339: Final = re.compile(
    r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:\d{2})", re.ASCII | re.IGNORECASE
)


def _spelled(value: object) -> object:
    if isinstance(value, datetime) or (isinstance(value, str) and _RFC_3339.fullmatch(value)):
        return value
    raise PydanticCustomError("rfc_3339", "Must be a date and time with a time zone.")


Moment = Annotated[AwareDatetime, BeforeValidator(_spelled)]
