"""What a caller may ask of the engine: checked at submit, obeyed in the worker."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from shared.operators import Operator, Replace

Score = Annotated[float, Field(ge=0.0, le=1.0)]
TypeName = Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9_]{0,63}$")]
ShortText = Annotated[str, Field(min_length=1, max_length=1_000)]


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


class Options(Frozen):
    """The engine's options, all with defaults."""

    #: None: every type that is on by default.
    entity_types: tuple[TypeName, ...] | None = Field(default=None, max_length=200)
    #: None: each type's own threshold from the catalogue.
    score_threshold: Score | None = None
    score_thresholds: dict[TypeName, Score] = Field(default_factory=dict, max_length=200)
    #: By entity type; "default" serves the types that are not named.
    operators: dict[str, Operator] = Field(default_factory=lambda: {"default": Replace()}, max_length=200)
    #: Within what the same value gets the same number, pseudonym, hash or date shift.
    scope: Literal["document", "job", "client"] = "job"
    propagate: bool = True
    allow: tuple[ShortText, ...] = Field(default=(), max_length=10_000)
    deny: tuple[DenyEntry, ...] = Field(default=(), max_length=10_000)
    recognizers: tuple[CustomRecognizer, ...] = Field(default=(), max_length=50)
    explain: bool = False
    offset_unit: Literal["codepoint", "utf16", "byte"] = "codepoint"
