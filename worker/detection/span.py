"""A span: a stretch of text that identifies somebody, with its type, its score and why it was taken."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a span was taken: every step that moved its score."""

    #: Name of the rule within the recognizer's table; None for a model or a propagated name.
    pattern: str | None
    #: The check that the value passed ("luhn", "mod97"), None where the type has none.
    validator: str | None
    #: Context words that were found near the value, as they stand in the recognizer's table.
    context: tuple[str, ...]
    score_before: float
    score_after: float


@dataclass(frozen=True, slots=True)
class Span:
    """`start` and `end` count code points of the document's text from 0; `end` is exclusive."""

    start: int
    end: int
    type: str
    #: 0 to 1; docs/quality.md says what moves it.
    score: float
    #: Which recognizer found it: "spacy", a table's name, "propagation", "deny_list", "custom".
    recognizer: str
    #: Spans that mean the same person, place or thing share it ("John Smith", "Mr Smith"); None: the text itself.
    identity: str | None = None
    explanation: Explanation | None = None
