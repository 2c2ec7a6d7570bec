"""Numbers of the countries asked for are found; those of others are not, and what belongs to none always is."""

import phonenumbers
import pytest

from shared.entity_types import COUNTRIES, ENTITY_TYPES
from worker.detection.patterns import find_patterns
from worker.detection.phone_numbers import countries_of_number
from worker.detection.recognizers import TABLES


def found(text: str, type_: str, countries: set[str] | None) -> bool:
    """Whether the value, alone in its field, is found whole."""
    asked = None if countries is None else frozenset(countries)
    spans = find_patterns(text, "en", frozenset({type_}), countries=asked)
    return any((s.start, s.end) == (0, len(text)) and s.score >= ENTITY_TYPES[type_].threshold for s in spans)


#: Type, value, a country whose number it is, one whose it is not.
NUMBERS = [
    ("PASSPORT", "12AB34567", "FR", "GB"),
    ("PASSPORT", "XYZ123456", "ES", "IT"),
    ("PASSPORT", "AB123456", "CA", "US"),
    ("PASSPORT", "AB123456", "BE", "US"),
    ("VAT_ID", "FR83404833048", "FR", "BE"),
    ("VAT_ID", "BE0403019261", "BE", "NL"),
    ("TAX_ID", "86095742719", "DE", "LU"),
    ("ID_CARD", "12345678Z", "ES", "FR"),
    ("FR_SIREN", "732 829 320", "FR", "US"),
    ("US_SSN", "536-90-4399", "US", "FR"),
    ("UK_NINO", "HH 01 23 45 D", "GB", "IE"),
    ("POSTAL_CODE", "K1A 0B1", "CA", "GB"),
    ("LICENSE_PLATE", "AB-123-CD", "FR", "DE"),
    ("PHONE_NUMBER", "06 39 98 12 34", "FR", "GB"),
    ("PHONE_NUMBER", "+44 20 7946 0958", "GB", "US"),
    ("PHONE_NUMBER", "+352 621 123 456", "LU", "DE"),
    ("PHONE_NUMBER", "(212) 555-0143", "US", "FR"),
]


@pytest.mark.parametrize(("type_", "value", "own", "other"), NUMBERS)
def test_a_number_is_found_where_its_country_is_asked_for(type_: str, value: str, own: str, other: str) -> None:
    assert found(value, type_, None)
    assert found(value, type_, {own})
    assert found(value, type_, {own, other})
    assert not found(value, type_, {other})
    assert not found(value, type_, set())


@pytest.mark.parametrize(
    ("type_", "value"),
    [
        ("EMAIL_ADDRESS", "jane.doe@example.com"),
        ("IBAN_CODE", "GB82 WEST 1234 5698 7654 32"),
        ("CREDIT_CARD", "4111 1111 1111 1111"),
        ("DATE_TIME", "2004-01-12"),
    ],
)
def test_what_belongs_to_no_country_is_found_whatever_is_asked_for(type_: str, value: str) -> None:
    assert found(value, type_, {"FR"})
    assert found(value, type_, set())


#: A telephone number, the countries whose plan has it (of those that the test names).
PLANS = [
    ("+33 6 39 98 12 34", {"FR"}, {"GB", "GP"}),
    ("0033639981234", {"FR"}, {"GB"}),
    ("33639981234", {"FR"}, {"GB"}),
    ("+590 690 00 12 34", {"GP", "FR"}, {"RE"}),
    ("0690 00 12 34", {"GP", "RE", "FR"}, {"GB", "US"}),
    ("07400 123456", {"GB"}, {"FR", "US"}),
    ("612 345 678", {"ES"}, {"FR", "US"}),
    ("2015550123", {"US", "CA"}, {"GB"}),
    ("+1 201 555 0123", {"US", "CA"}, {"GB"}),
    ("+264 81 123 4567", {"NA"}, {"RE", "FR"}),
]


@pytest.mark.parametrize(("number", "own", "others"), PLANS)
def test_the_plans_that_have_a_number(number: str, own: set[str], others: set[str]) -> None:
    countries = countries_of_number(number)
    assert own <= countries
    assert countries.isdisjoint(others)


@pytest.mark.parametrize("text", ["12345", "+", "(0)", "555-0143", "000"])
def test_a_number_that_no_plan_has_is_no_countrys(text: str) -> None:
    assert countries_of_number(text) == frozenset()


def test_a_number_that_no_plan_tells_stays_found_by_its_words() -> None:
    (span,) = [
        each
        for each in find_patterns("fax: 4561234", "en", frozenset({"PHONE_NUMBER"}), countries=frozenset({"FR"}))
        if each.score >= 0.4
    ]
    assert (span.start, span.end) == (5, 12)


def test_every_country_of_a_row_may_be_asked_for() -> None:
    assert {country for table in TABLES for row in table.rows for country in table.countries_of(row)} <= set(COUNTRIES)
    assert set(COUNTRIES) <= {*phonenumbers.SUPPORTED_REGIONS}
