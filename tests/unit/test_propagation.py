"""A name found once is found everywhere; words that are also names need evidence; one person has one identity."""

import pytest

from worker.detection.propagation import identify, propagate
from worker.detection.span import Span


def spans(text: str, *values: str, type_: str = "PERSON", score: float = 0.8) -> list[Span]:
    """A span at the first occurrence of each value."""
    return [Span(text.index(value), text.index(value) + len(value), type_, score, "spacy") for value in values]


def found(text: str, *values: str, type_: str = "PERSON") -> list[str]:
    (result,) = propagate([text], [spans(text, *values, type_=type_)])
    return [text[each.start : each.end] for each in result]


FORMS = [
    ("full name again", "John Smith came. Then John Smith left.", ["John Smith"], ["John Smith", "John Smith"]),
    ("surname alone", "John Fairley came. Mr Fairley left.", ["John Fairley"], ["John Fairley", "Fairley"]),
    ("first name alone", "Zelda Fairley came, and Zelda left.", ["Zelda Fairley"], ["Zelda Fairley", "Zelda"]),
    ("all caps", "John Fairley came. JOHN FAIRLEY left.", ["John Fairley"], ["John Fairley", "JOHN FAIRLEY"]),
    ("all caps part", "John Fairley came. FAIRLEY left.", ["John Fairley"], ["John Fairley", "FAIRLEY"]),
    ("from all caps", "JOHN FAIRLEY came. John Fairley left.", ["JOHN FAIRLEY"], ["JOHN FAIRLEY", "John Fairley"]),
    ("possessive", "John Fairley came. Fairley's car left.", ["John Fairley"], ["John Fairley", "Fairley"]),
    ("typographic possessive", "Zoe Kent came. Kent’s car.", ["Zoe Kent"], ["Zoe Kent", "Kent"]),
    (
        "hyphen for blank",
        "Jean-Luc Morin est venu. Jean Luc Morin.",
        ["Jean-Luc Morin"],
        ["Jean-Luc Morin", "Jean Luc Morin"],
    ),
    (
        "blank for hyphen",
        "Anne Marie Vidal, Anne-Marie Vidal",
        ["Anne Marie Vidal"],
        ["Anne Marie Vidal", "Anne-Marie Vidal"],
    ),
    ("accents dropped", "Hélène Béraud est là. HELENE BERAUD.", ["Hélène Béraud"], ["Hélène Béraud", "HELENE BERAUD"]),
    ("accents gained", "HELENE BERAUD est là. Hélène Béraud.", ["HELENE BERAUD"], ["HELENE BERAUD", "Hélène Béraud"]),
    ("small letters", "zelda fairley came. zelda fairley left.", ["zelda fairley"], ["zelda fairley"] * 2),
    ("over a line end", "John Fairley came. John\nFairley left.", ["John Fairley"], ["John Fairley", "John\nFairley"]),
    ("dotted I", "İlker Işık came. ILKER left.", ["İlker Işık"], ["İlker Işık", "ILKER"]),
]


@pytest.mark.parametrize(("text", "known", "expected"), [each[1:] for each in FORMS], ids=[each[0] for each in FORMS])
def test_a_name_is_found_in_every_form(text: str, known: list[str], expected: list[str]) -> None:
    assert found(text, *known) == expected


NEGATIVES = [
    ("within a word", "Ann Lee came. Annual leave, Leeds.", ["Ann Lee"], ["Ann Lee"]),
    ("small letters", "Rob Field came to the field to rob.", ["Rob Field"], ["Rob Field"]),
    ("common word at the start", "Anna Green came. Green leaves fell.", ["Anna Green"], ["Anna Green"]),
    ("month", "April May came. In the end, it was May.", ["April May"], ["April May"]),
    ("initials are no names", "J. R. Fairley came. J. left", ["J. R. Fairley"], ["J. R. Fairley"]),
    ("particles are no names", "Jan van Dalen came. Van or lorry?", ["Jan van Dalen"], ["Jan van Dalen"]),
    ("an abbreviation in other letters", "The EAT said so. Eat well.", [], []),
]


@pytest.mark.parametrize(
    ("text", "known", "expected"), [each[1:] for each in NEGATIVES], ids=[each[0] for each in NEGATIVES]
)
def test_what_only_looks_like_the_name_is_left(text: str, known: list[str], expected: list[str]) -> None:
    assert found(text, *known) == expected


EVIDENCE = [
    ("a title", "Anna Green came. Mrs Green left.", ["Anna Green", "Green"]),
    ("a title at the start", "Anna Green came.\nDr. Green left.", ["Anna Green", "Green"]),
    ("a capital in mid-sentence", "Anna Green came and met Green there.", ["Anna Green", "Green"]),
    ("the full name", "Anna Green came. Anna Green left.", ["Anna Green", "Anna Green"]),
]


@pytest.mark.parametrize(("text", "expected"), [each[1:] for each in EVIDENCE], ids=[each[0] for each in EVIDENCE])
def test_a_common_word_is_a_name_with_evidence(text: str, expected: list[str]) -> None:
    assert found(text, "Anna Green") == expected


def test_an_abbreviation_is_propagated_in_its_own_letters_only() -> None:
    text = "The EAT said so. Eat well, eat often. The EAT closed."

    assert found(text, "EAT", type_="ORGANIZATION") == ["EAT", "EAT"]


def test_an_organisation_is_propagated_whole_only() -> None:
    text = "Baker Metals Ltd sold. BAKER METALS LTD bought. Metals rose."

    assert found(text, "Baker Metals Ltd", type_="ORGANIZATION") == ["Baker Metals Ltd", "BAKER METALS LTD"]


def test_a_number_is_not_propagated() -> None:
    text = "Call 5551234. Code 5551234."

    assert found(text, "5551234", type_="PHONE_NUMBER") == ["5551234"]


def test_a_name_from_one_document_is_found_in_the_others() -> None:
    texts = ["John Fairley came.", "fairley", "Ask Mr FAIRLEY.", "nobody"]

    result = propagate(texts, [spans(texts[0], "John Fairley"), [], [], []])

    assert [[text[each.start : each.end] for each in row] for text, row in zip(texts, result, strict=True)] == [
        ["John Fairley"],
        [],
        ["FAIRLEY"],
        [],
    ]


def test_a_propagated_span_is_a_little_less_sure_and_says_where_it_comes_from() -> None:
    text = "John Fairley came. Fairley left."

    (result,) = propagate([text], [spans(text, "John Fairley", score=0.8)])

    assert (result[1].recognizer, round(result[1].score, 2)) == ("propagation", 0.75)


IDENTITIES = [
    ("full and title", ["John Smith", "Mr Smith"], ["john smith", "john smith"]),
    ("all caps", ["John Smith", "JOHN SMITH"], ["john smith", "john smith"]),
    ("accents and hyphens", ["Anne-Marie Béraud", "ANNE MARIE BERAUD"], ["anne marie beraud", "anne marie beraud"]),
    ("initial", ["John Smith", "J. Smith"], ["john smith", "john smith"]),
    ("possessive", ["John Smith's", "John Smith"], ["john smith", "john smith"]),
    ("two persons of one surname", ["John Smith", "Mary Smith", "Smith"], ["john smith", "mary smith", "smith"]),
    ("first name", ["Zelda Kent", "Zelda"], ["zelda kent", "zelda kent"]),
    ("middle name", ["John Paul Smith", "John Smith"], ["john paul smith", "john paul smith"]),
    (
        "full, initial and title",
        ["John Smith", "J. Smith", "Mr Smith"],
        ["john smith", "john smith", "john smith"],
    ),
    (
        "an initial of two persons",
        ["John Smith", "Jane Smith", "J. Smith", "Mr Smith"],
        ["john smith", "jane smith", "j smith", "smith"],
    ),
    ("zero-width blank", ["Jo\u200bhn Smith", "John Smith"], ["john smith", "john smith"]),
    ("soft hyphen", ["John Fair\u00adley", "Fairley"], ["john fairley", "john fairley"]),
    ("loose accents", ["He\u0301le\u0300ne Kent", "Hélène Kent"], ["helene kent", "helene kent"]),
    ("others", ["John Smith", "Ann Kent"], ["john smith", "ann kent"]),
]


@pytest.mark.parametrize(("names", "expected"), [each[1:] for each in IDENTITIES], ids=[each[0] for each in IDENTITIES])
def test_one_person_has_one_identity(names: list[str], expected: list[str]) -> None:
    text = "; ".join(names)
    starts = [sum(len(name) + 2 for name in names[:number]) for number in range(len(names))]
    row = [Span(s, s + len(n), "PERSON", 0.8, "spacy") for s, n in zip(starts, names, strict=True)]

    assert [each.identity for each in identify([text], [row])[0]] == expected


def test_a_surname_of_very_many_still_finds_a_fuller_name() -> None:
    names = [f"{chr(97 + number // 26)}{chr(97 + number % 26)}ra Smith".title() for number in range(200)]
    names += ["Zelda Ann Smith", "Zelda Smith", "Mr Smith"]
    starts = [sum(len(name) + 2 for name in names[:number]) for number in range(len(names))]
    row = [Span(s, s + len(n), "PERSON", 0.8, "spacy") for s, n in zip(starts, names, strict=True)]

    (result,) = identify(["; ".join(names)], [row])

    assert [each.identity for each in result[-3:]] == ["zelda ann smith", "zelda ann smith", "smith"]


def test_identity_is_shared_over_documents() -> None:
    texts = ["John Smith", "Mr Smith"]

    result = identify(texts, [[Span(0, 10, "PERSON", 0.8, "spacy")], [Span(3, 8, "PERSON", 0.8, "spacy")]])

    assert result[0][0].identity == result[1][0].identity == "john smith"


def test_places_and_organisations_are_identified_without_case_and_accents() -> None:
    text = "Orléans ORLEANS"

    (row,) = identify([text], [[Span(0, 7, "LOCATION", 0.8, "s"), Span(8, 15, "LOCATION", 0.8, "s")]])

    assert [each.identity for each in row] == ["orleans", "orleans"]


def test_other_values_have_no_identity() -> None:
    (row,) = identify(["4111111111111111"], [[Span(0, 16, "CREDIT_CARD", 0.9, "finance")]])

    assert row[0].identity is None
