"""The rows of the recognizers' tables, and what their scores mean.

A score is the probability that the value is of the row's type, given what was seen. Every piece of evidence multiplies
the odds p / (1 - p), as Bayes' rule has it:

* `Row.score`: the form alone, in running text, with nothing near it;
* `Check.passed`: how much rarer the check is among random values than among real ones: 10 for a Luhn digit, 97 for
  ISO 7064 MOD 97-10. A value that fails is dropped, unless `Check.failed` says that the form and a context word
  together are still telling (a mistyped number still identifies);
* `CONTEXT_FACTOR`: a context word within `WORDS_BEFORE` words before the value or `WORDS_AFTER` after it, on word
  boundaries, accents and case set aside;
* `WHOLE_TEXT_FACTOR`: the value is the whole text, as in a cell of a table or a field of a form. Nobody sends prose of
  that form, so it weighs nearly as much as a context word. It does not help a value that failed its check;
* `OTHER_LANGUAGE_FACTOR`: the row belongs to one language, and the text is in another.

Rows below a type's threshold are kept out later, so a weak form (nine digits) may have a row of its own that only
shows when a context word or the whole text speaks for it.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

CONTEXT_FACTOR = 50.0
WHOLE_TEXT_FACTOR = 30.0
OTHER_LANGUAGE_FACTOR = 0.7
WORDS_BEFORE = 6
WORDS_AFTER = 3


class AnchorKind(Enum):
    """What must stand in the text before a row's pattern is tried at all: the gate that makes the tables cheap."""

    #: One of the words, on word boundaries, in any case.
    WORDS = "words"
    #: One of the strings, wherever it stands.
    LITERALS = "literals"
    #: A run of digits (single separators within it allowed) with so many digits.
    DIGITS = "digits"
    #: A run of digits that letters touch, or before which a short word in capitals stands.
    MIXED = "mixed"
    #: A word of three or more capitals.
    CAPITALS = "capitals"
    #: The text is nothing but the value (and blanks).
    WHOLE = "whole"


@dataclass(frozen=True, slots=True)
class Anchor:
    """Where a pattern is tried: a match begins at most `before` characters before it, and ends `reach` after it."""

    kind: AnchorKind
    words: tuple[str, ...] = ()
    min_digits: int = 1
    max_digits: int = 10_000
    #: 0: the match begins just at the anchor.
    before: int = 0
    reach: int = 160
    #: A pattern that must match at the anchor before the row's own is tried from `before` on: for anchors as frequent
    #: as "@" and ":".
    guard: str | None = None


def terms(listed: str) -> tuple[str, ...]:
    """Words and phrases separated by commas; blanks and line ends around them do not count."""
    return tuple(" ".join(term.split()) for term in listed.split(",") if term.strip())


def words(*listed: str, before: int = 0, reach: int = 160) -> Anchor:
    return Anchor(AnchorKind.WORDS, words=listed, before=before, reach=reach)


def literals(*listed: str, before: int = 0, reach: int = 160, guard: str | None = None) -> Anchor:
    return Anchor(AnchorKind.LITERALS, words=listed, before=before, reach=reach, guard=guard)


def digits(least: int, most: int = 10_000, *, before: int = 0, reach: int = 32, guard: str | None = None) -> Anchor:
    return Anchor(AnchorKind.DIGITS, min_digits=least, max_digits=most, before=before, reach=reach, guard=guard)


def mixed(least: int = 1, *, before: int = 8, reach: int = 48) -> Anchor:
    return Anchor(AnchorKind.MIXED, min_digits=least, before=before, reach=reach)


def capitals(*, before: int = 0, reach: int = 60) -> Anchor:
    return Anchor(AnchorKind.CAPITALS, before=before, reach=reach)


def whole() -> Anchor:
    return Anchor(AnchorKind.WHOLE)


@dataclass(frozen=True, slots=True)
class Check:
    """A test of the value's own arithmetic."""

    name: str
    #: Takes the value as it stands in the text.
    accepts: Callable[[str], bool]
    #: Odds of a value that passes are multiplied by this.
    passed: float = 10.0
    #: Odds of a value that fails; 0 drops it.
    failed: float = 0.0


@dataclass(frozen=True, slots=True)
class Row:
    """One form of one type. The pattern's group `value` is the entity where it has one, else the whole match."""

    type: str
    name: str
    pattern: str
    score: float
    anchor: Anchor
    check: Check | None = None
    context: tuple[str, ...] = ()
    #: "en" or "fr" where the form is a language's own; None: numbers and signs.
    language: str | None = None
    #: ISO 3166 codes of the countries whose form it is; none: the table's.
    countries: tuple[str, ...] = ()
    #: The countries of one value, where the form is many countries' and the value tells; an empty set: it does not.
    countries_of: Callable[[str], frozenset[str]] | None = None
    flags: re.RegexFlag = re.NOFLAG
    #: False where a text that is only this value says nothing more (a name, a date).
    whole_text_counts: bool = True
    #: Where the form is specified.
    source: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A family of rows; its name is what a span gives as its recognizer."""

    name: str
    rows: tuple[Row, ...]
    #: Of the rows that name none; empty: they are found whatever countries are asked for.
    countries: tuple[str, ...] = ()

    def countries_of(self, row: Row) -> tuple[str, ...]:
        return row.countries or self.countries
