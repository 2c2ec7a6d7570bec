"""What a caller may ask of the engine: checked at submit, obeyed in the worker."""

from collections.abc import Iterable, Iterator
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StrictBool, ValidationError, model_validator
from pydantic_core import InitErrorDetails, PydanticCustomError

from shared.custom_patterns import InvalidPattern, check_patterns
from shared.entity_types import COUNTRIES, ENTITY_TYPES
from shared.operators import Operator, Replace

# Strict, here and below: pydantic would take true for 1 and "yes" for true.
Score = Annotated[float, Field(ge=0.0, le=1.0, strict=True)]
TypeName = Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9_]{0,63}$")]
CountryCode = Annotated[str, Field(pattern=r"^[A-Z]{2}$")]
ShortText = Annotated[str, Field(min_length=1, max_length=1_000)]

#: The key of `operators` that serves every type without one of its own.
DEFAULT_OPERATOR = "default"

_Place = tuple[str | int, ...]


class Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class DenyEntry(Frozen):
    """A text that is hidden wherever it stands on word boundaries."""

    text: ShortText
    type: TypeName


class CustomRecognizer(Frozen):
    """A caller's own pattern, in RE2's dialect: linear time, no look-around, no back-references."""

    type: TypeName
    pattern: Annotated[str, Field(min_length=1, max_length=2_000)]
    score: Score = 0.85
    #: Words that raise the score where one stands near the value.
    context: tuple[ShortText, ...] = Field(default=(), max_length=50)


def _replace_all() -> dict[str, Operator]:
    return {DEFAULT_OPERATOR: Replace()}


class Options(Frozen):
    """The engine's options, all with defaults. A type is known if the catalogue, `deny` or `recognizers` names it."""

    #: None: every type that is on by default.
    entity_types: tuple[TypeName, ...] | None = Field(default=None, max_length=200)
    #: ISO 3166-1 alpha-2: numbers of these countries alone, where a type's numbers are a country's own. None: of all.
    countries: tuple[CountryCode, ...] | None = Field(default=None, max_length=200)
    #: None: each type's own threshold from the catalogue.
    score_threshold: Score | None = None
    score_thresholds: dict[TypeName, Score] = Field(default_factory=dict, max_length=200)
    #: By entity type; "default" serves the types that are not named.
    operators: dict[str, Operator] = Field(default_factory=_replace_all, max_length=200)
    #: Within what the same value gets the same number, pseudonym, hash or date shift.
    scope: Literal["document", "job", "client"] = "job"
    propagate: StrictBool = True
    allow: tuple[ShortText, ...] = Field(default=(), max_length=10_000)
    deny: tuple[DenyEntry, ...] = Field(default=(), max_length=10_000)
    recognizers: tuple[CustomRecognizer, ...] = Field(default=(), max_length=50)
    explain: StrictBool = False
    offset_unit: Literal["codepoint", "utf16", "byte"] = "codepoint"

    @model_validator(mode="after")
    def _check_names_and_patterns(self) -> "Options":
        errors = [*self._unknown_types(), *self._unknown_countries(), *_unusable_patterns(self.recognizers)]
        if errors:
            # A ValidationError keeps the place of each error below these options; a ValueError would lose it.
            raise ValidationError.from_exception_data(type(self).__name__, errors)
        return self

    def _unknown_types(self) -> Iterator[InitErrorDetails]:
        own = {each.type for each in self.deny} | {each.type for each in self.recognizers}
        named: list[tuple[_Place, str]] = [
            *((("entity_types", index), name) for index, name in enumerate(self.entity_types or ())),
            *((("score_thresholds", name), name) for name in self.score_thresholds),
            *((("operators", name), name) for name in self.operators if name != DEFAULT_OPERATOR),
        ]
        for place, name in named:
            if name not in ENTITY_TYPES and name not in own:
                reason = _error("unknown_entity_type", "Unknown entity type {name}", name)
                yield InitErrorDetails(type=reason, loc=place, input=name)

    def _unknown_countries(self) -> Iterator[InitErrorDetails]:
        for index, code in enumerate(self.countries or ()):
            if code not in COUNTRIES:
                reason = _error("unknown_country", "No form of a number is known of country {name}", code)
                yield InitErrorDetails(type=reason, loc=("countries", index), input=code)


def _unusable_patterns(recognizers: Iterable[CustomRecognizer]) -> Iterator[InitErrorDetails]:
    for index, recognizer in enumerate(recognizers):
        try:
            check_patterns([recognizer.pattern])
        except InvalidPattern as error:
            reason = _error("unusable_pattern", "The pattern {name}", error.errors[0].detail)
            # The input is left out: a pattern may hold what it is to find.
            yield InitErrorDetails(type=reason, loc=("recognizers", index, "pattern"), input=None)


def _error(
    kind: Literal["unknown_entity_type", "unknown_country", "unusable_pattern"], message: str, name: str
) -> PydanticCustomError:
    return PydanticCustomError(kind, message, {"name": name})
