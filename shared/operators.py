"""The operators by their names and parameters: what becomes of a span. The worker holds a function for each."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StrictBool, model_validator

from shared.json_numbers import WHOLE


class _Parameters(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class Mask(_Parameters):
    """Characters overwritten, the length kept (in code points)."""

    name: Literal["mask"] = "mask"
    character: Annotated[str, Field(min_length=1, max_length=1)] = "*"
    """What is written for each character."""
    count: Annotated[int, Field(ge=1), WHOLE] | None = None
    """How many characters; null: all."""
    from_end: StrictBool = False
    """Whether `count` is counted from the value's end."""


class Replace(_Parameters):
    """`<PERSON>`, or a text of the caller's; `numbered` gives `<PERSON_1>` by identity."""

    name: Literal["replace"] = "replace"
    value: Annotated[str, Field(max_length=200)] | None = None
    """What is written instead; null: the type in angle brackets."""
    numbered: StrictBool = False
    """Whether each person, place or thing gets a number of its own; not together with `value`."""

    @model_validator(mode="after")
    def _is_one_of_two(self) -> "Replace":
        if self.numbered and self.value is not None:
            raise ValueError("replace takes value or numbered, not both")
        return self


class Redact(_Parameters):
    """Nothing stays."""

    name: Literal["redact"] = "redact"


class Hash(_Parameters):
    """HMAC-SHA256 with the service's key: linkable within the scope, not reversible by dictionary."""

    name: Literal["hash"] = "hash"


class Encrypt(_Parameters):
    """AES-SIV (RFC 5297): the same value gives the same token within the scope; `deanonymize` takes it back."""

    name: Literal["encrypt"] = "encrypt"


class Pseudonym(_Parameters):
    """A realistic value of the same kind and language, the same for the same value within the scope."""

    name: Literal["pseudonym"] = "pseudonym"


class DateShift(_Parameters):
    """Every date moved by one number of days per scope; format and intervals stay."""

    name: Literal["date_shift"] = "date_shift"
    max_days: Annotated[int, Field(ge=1, le=3650), WHOLE] = 180
    """The farthest a date moves, either way, in days."""


class Generalize(_Parameters):
    """Date to month or year, age to a band, place to its kind."""

    name: Literal["generalize"] = "generalize"
    date_to: Literal["month", "year"] = "year"
    """What is left of a date."""
    age_band_years: Annotated[int, Field(ge=2, le=50), WHOLE] = 10
    """Years in a band of ages; from 90 on the band is open."""


class Keep(_Parameters):
    """Reported, not hidden."""

    name: Literal["keep"] = "keep"


Operator = Annotated[
    Mask | Replace | Redact | Hash | Encrypt | Pseudonym | DateShift | Generalize | Keep,
    Field(discriminator="name"),
]
