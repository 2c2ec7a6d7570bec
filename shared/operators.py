"""The operators by their names and parameters: what becomes of a span. The worker holds a function for each."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field


class _Parameters(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Mask(_Parameters):
    """Characters overwritten, the length kept."""

    name: Literal["mask"] = "mask"
    character: Annotated[str, Field(min_length=1, max_length=1)] = "*"
    #: How many characters; None: all.
    count: Annotated[int, Field(ge=1)] | None = None
    from_end: bool = False


class Replace(_Parameters):
    """`<PERSON>`, or a text of the caller's; `numbered` gives `<PERSON_1>` by identity."""

    name: Literal["replace"] = "replace"
    value: Annotated[str, Field(max_length=200)] | None = None
    numbered: bool = False


class Redact(_Parameters):
    """Nothing stays."""

    name: Literal["redact"] = "redact"


class Hash(_Parameters):
    """HMAC-SHA256 with the service's key: linkable within the scope, not reversible by dictionary."""

    name: Literal["hash"] = "hash"


class Encrypt(_Parameters):
    """AES-SIV (RFC 5297): the same value gives the same token; `deanonymize` takes it back."""

    name: Literal["encrypt"] = "encrypt"


class Pseudonym(_Parameters):
    """A realistic value of the same kind and language, the same for the same value within the scope."""

    name: Literal["pseudonym"] = "pseudonym"


class DateShift(_Parameters):
    """Every date moved by one number of days per scope; format and intervals stay."""

    name: Literal["date_shift"] = "date_shift"
    max_days: Annotated[int, Field(ge=1, le=3650)] = 180


class Generalize(_Parameters):
    """Date to month or year, age to a band, place to its kind."""

    name: Literal["generalize"] = "generalize"
    date_to: Literal["month", "year"] = "year"
    age_band_years: Annotated[int, Field(ge=2, le=50)] = 10


class Keep(_Parameters):
    """Reported, not hidden."""

    name: Literal["keep"] = "keep"


Operator = Annotated[
    Mask | Replace | Redact | Hash | Encrypt | Pseudonym | DateShift | Generalize | Keep,
    Field(discriminator="name"),
]
