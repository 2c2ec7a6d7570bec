"""Closed lists do what a model does badly: sums of money by their currency, nationalities by their words."""

import pytest

from worker.detection.amounts import find_amounts
from worker.detection.document import Document
from worker.detection.nationalities import find_nationalities

AMOUNTS = [
    ("a fine of EUR 1,800 was paid", ["EUR 1,800"]),
    ("about 20,000 Swedish kronor", ["about 20,000 Swedish kronor"]),
    ("it cost US$ 500 or £12.50", ["US$ 500", "£12.50"]),
    ("2 000 000 livres turques", ["2 000 000 livres turques"]),
    ("500euros", ["500euros"]),
    ("3 million euros", ["3 million euros"]),
    ("in 2004 he paid twice", []),
    ("recently 12 levels were added", []),
    ("no number of euros", []),
    ("", []),
]
NATIONALITIES = [
    ("a Norwegian sailor", ["Norwegian"]),
    ("two Norwegians came", ["Norwegians"]),
    ("an Austrian national, two Dutch nationals", ["Austrian national", "Dutch nationals"]),
    ("the norwegian sailor", ["norwegian"]),
    ("un marin norvégien et sa femme SUÉDOISE", ["norvégien", "SUÉDOISE"]),
    ("a pole in the ground", []),
    ("a Pole in the crew", ["Pole"]),
    ("Germany, Romania and Indiana", []),
    ("international", []),
]


@pytest.mark.parametrize(("text", "expected"), AMOUNTS)
def test_sums_of_money(text: str, expected: list[str]) -> None:
    assert [text[each.start : each.end] for each in find_amounts(text)] == expected


@pytest.mark.parametrize(("text", "expected"), NATIONALITIES)
def test_nationalities(text: str, expected: list[str]) -> None:
    assert [text[each.start : each.end] for each in find_nationalities(Document(text, "en"))] == expected
