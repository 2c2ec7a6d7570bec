"""What speaks for a name and against it: every piece of evidence multiplies the odds of the model's prior score."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from worker.detection.amounts import holds_currency
from worker.detection.document import Candidate
from worker.detection.names import TITLES
from worker.detection.vocabulary.first_names import FIRST_NAMES
from worker.detection.vocabulary.institutions import COURTS, GENERIC_WORDS, KINDS
from worker.detection.vocabulary.nationalities import NATIONALITIES
from worker.detection.vocabulary.places import PLACES

NAMES = frozenset({"PERSON", "ORGANIZATION", "LOCATION", "NRP"})
_DATE = re.compile(
    r"\b(?:1[5-9]|20)\d\d\b|\d\s*[/.\-]\s*\d|\b\d{1,2}:\d\d\b"
    r"|\b(?:jan|feb|fév|mar|apr|avr|may\b|mai\b|jun|jui|jul|aug|août|aout|sep|oct|nov|dec|déc)[a-zéû]*\b"
    r"|\b(?:mon|tues|wednes|thurs|fri|satur|sun)day\b|\b(?:christmas|easter|noël|pâques)\b",
    re.IGNORECASE,
)
_SENTENCE_AFTER = re.compile(
    r"['’]?s?\s+(?:of\s+)?(?:[\w\-]+\s+)?(?:imprisonment|detention|prison|probation|hard labour)\b"
)
_SENTENCE_BEFORE = re.compile(r"\b(?:sentenced?|imprisonment|prison term|term)\b[^.;]{0,40}\b(?:of|to|for)\s+$")
_REFERENCE = re.compile(
    r"(?:articles?|art|rules?|sections?|chapters?|chapitres?|paragraphs?|paragraphes?|protocols?|protocoles?|annex|annexe"
    r"|parts?|parties?|§|no|nos|n°|alinéas?|tables?|tableaux?|figures?|fig|pages?|p|items?|steps?|points?)(?:\.\s*|\s+|(?=[§\d]))(?:§|\d|[ivxlc]+\b)",
    re.IGNORECASE,
)
_ROMAN = re.compile(r"[ivxlc]+")


@dataclass(frozen=True, slots=True)
class _Evidence:
    name: str
    types: frozenset[str]
    holds: Callable[[Candidate], bool]
    #: The odds are multiplied by it.
    factor: float


def _is_generic(each: Candidate) -> bool:
    if each.span.type == "ORGANIZATION" and each.document.language == "en" and _is_one_of_many(each.words):
        return False
    return all(word in GENERIC_WORDS or word.isdigit() or _ROMAN.fullmatch(word) for word in each.words)


def _is_one_of_many(words: tuple[str, ...]) -> bool:
    """Courts of the lower and special kinds, and bodies that need three words to tell them from others.

    Chosen on TAB as a whole: recall of words + 0.015, precision - 0.07.
    """
    if not COURTS.isdisjoint(words) and not KINDS.isdisjoint(words):
        return True
    return sum(len(word) > 3 for word in words) >= 3


def _is_state_body(each: Candidate) -> bool:
    """`Japanese Border Force`: the nationality, which is told apart, and generic words. A government is its country."""
    others = [word for word in each.words if word not in NATIONALITIES]
    return len(others) < len(each.words) and others != ["government"] and all(word in GENERIC_WORDS for word in others)


def _is_mere_duration(each: Candidate) -> bool:
    """ "Two years" tells nobody, but as the length of a sentence it does."""
    if _DATE.search(each.value):
        return False
    return not (_SENTENCE_AFTER.match(each.after(40)) or _SENTENCE_BEFORE.search(each.before(60)))


def _is_small(each: Candidate) -> bool:
    return (
        not _is_small_by_form(each)
        and each.document.has_capitals
        and not any(letter.isupper() for letter in each.value)
    )


def _is_title(each: Candidate) -> bool:
    return all(word in TITLES for word in each.words)


def _is_also_a_word(each: Candidate) -> bool:
    return len(each.words) == 1 and each.value.lower() in each.document.small_words and not _is_small_by_form(each)


def _is_small_by_form(each: Candidate) -> bool:
    """What stands before a name written small has told it already."""
    return each.span.recognizer == "name_forms" and each.value.islower()


def _is_bare_start(each: Candidate) -> bool:
    """One word where every word has a capital tells little."""
    return (
        len(each.words) == 1
        and each.words[0] not in FIRST_NAMES
        and each.words[0] not in PLACES
        and each.document.starts_sentence(each.span.start)
    )


#: Factors by hand, a power of ten for what is nearly sure; docs/quality.md shows what each row is worth.
_EVIDENCE = (
    _Evidence("no letter", NAMES, lambda each: not any(letter.isalpha() for letter in each.value), 0.01),
    _Evidence("one letter", NAMES, lambda each: len(each.value) < 2, 0.05),
    _Evidence("a title alone", NAMES, _is_title, 0.02),
    _Evidence("generic words alone", NAMES, _is_generic, 0.05),
    _Evidence("a nationality and generic words", frozenset({"ORGANIZATION"}), _is_state_body, 0.05),
    _Evidence("a reference", NAMES | {"DATE_TIME"}, lambda each: bool(_REFERENCE.match(each.value)), 0.03),
    _Evidence("no capital", NAMES - {"NRP"}, _is_small, 0.1),
    _Evidence("also a common word of the text", NAMES - {"NRP"}, _is_also_a_word, 0.15),
    _Evidence("one word at the start", NAMES - {"NRP"}, _is_bare_start, 0.5),
    _Evidence(
        "one French word at the start", NAMES, lambda each: each.document.language == "fr" and _is_bare_start(each), 0.4
    ),
    _Evidence(
        "short with digits",
        NAMES,
        lambda each: len(each.value) < 5 and any(map(str.isdigit, each.value)),
        0.1,
    ),
    _Evidence("no date", frozenset({"DATE_TIME"}), _is_mere_duration, 0.1),
    _Evidence("no currency", frozenset({"MONEY"}), lambda each: not holds_currency(each.value), 0.05),
    _Evidence("a title before", frozenset({"PERSON"}), Candidate.has_title, 10.0),
    _Evidence("a first name", frozenset({"PERSON"}), lambda each: bool(FIRST_NAMES.intersection(each.words)), 4.0),
    _Evidence("a known place", frozenset({"LOCATION"}), lambda each: " ".join(each.words) in PLACES, 8.0),
)


_EVIDENCE_OF = {
    type_: tuple(row for row in _EVIDENCE if type_ in row.types) for type_ in NAMES | {"DATE_TIME", "MONEY"}
}


def score_of(each: Candidate) -> tuple[float, tuple[str, ...]]:
    """The score after all evidence, and the names of the pieces that moved it."""
    span = each.span
    odds = span.score / (1 - span.score)
    reasons = []
    for evidence in _EVIDENCE_OF.get(span.type, ()):
        if evidence.holds(each):
            odds *= evidence.factor
            reasons.append(evidence.name)
    return round(odds / (1 + odds), 4), tuple(reasons)
