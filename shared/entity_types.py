"""The catalogue of entity types: what can be found, in which languages, by what, from which score on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

DEFAULT_THRESHOLD = 0.4
#: What finds a person, a place or an organisation may turn out to have found another of the three.
_NAME_RECOGNIZERS = ("spacy", "people", "places", "organizations", "name_forms", "propagation")
#: Their numbers are told without a country code.
_PHONE_COUNTRIES = tuple("AU BE CA CH DE DK ES FR GB GF GP IE IT MQ NL NO RE SE US YT".split())
_PASSPORT_COUNTRIES = ("BE", "CA", "CH", "DE", "ES", "FR", "GB", "IE", "IT", "LU", "NL", "US")


@dataclass(frozen=True, slots=True)
class EntityType:
    name: str
    description: str
    #: What its spans may name as their recognizer, but for the caller's own ("deny_list", "custom").
    recognizers: tuple[str, ...]
    #: Texts in which a value of the type is found without a model.
    examples: tuple[str, ...] = ()
    #: ISO 3166 codes of the countries whose forms are known, among which `Options.countries` chooses; empty: found
    #: whatever countries are asked for.
    countries: tuple[str, ...] = ()
    #: Languages of the texts in which it is looked for.
    languages: tuple[str, ...] = ("en", "fr")
    #: Spans that score less are dropped unless the caller says otherwise.
    threshold: float = DEFAULT_THRESHOLD
    #: Looked for where the caller names no types.
    is_default: bool = True


def _model_only(name: str, description: str, languages: tuple[str, ...] = ("en",)) -> EntityType:
    """Types that the models label and that identify nobody by themselves: on request alone."""
    return EntityType(name, description, ("spacy",), languages=languages, is_default=False)


_PEOPLE_AND_PLACES = (
    EntityType("PERSON", "Names of people", _NAME_RECOGNIZERS, ("Mme Anne Durand", "Surname: Doe")),
    EntityType("TITLE", "Titles before a name", ("people",), ("Mrs. Ann Field",)),
    EntityType("LOCATION", "Places: towns, regions, countries", _NAME_RECOGNIZERS, ("She lives in Norwich.",)),
    EntityType(
        "ADDRESS",
        "Street lines with unit, postal code and town; boxes; American, British and French",
        ("addresses",),
        ("12 bis, rue des Lilas, 75011 Paris", "221 Oak Street, Springfield, IL 62704"),
    ),
    EntityType(
        "ORGANIZATION",
        "Companies, hospitals, courts, institutions",
        _NAME_RECOGNIZERS,
        ("Field & Sons Ltd", "le CHU de Nantes"),
    ),
    EntityType(
        "NRP",
        "Nationalities, religious and political groups",
        ("spacy", "nationalities", "propagation"),
        ("a Norwegian sailor", "un marin norvégien"),
    ),
    EntityType(
        "DATE_TIME",
        "Dates, times of day, periods",
        ("spacy", "dates_written", "dates_numeric"),
        ("on 12 January 2004", "le 1er mars 2011", "2004-01-12", "12/01/2004"),
    ),
    EntityType("AGE", "Ages", ("ages",), ("aged 45", "un homme de 62 ans")),
)

_CONTACTS_AND_MACHINES = (
    EntityType("EMAIL_ADDRESS", "E-mail addresses", ("contact",), ("jane.doe@example.com",)),
    EntityType(
        "PHONE_NUMBER",
        "Telephone and fax numbers; with a country code, of any country",
        ("contact",),
        ("+44 20 7946 0958", "06 39 98 12 34"),
        _PHONE_COUNTRIES,
    ),
    EntityType("URL", "Addresses of pages and sites", ("network",), ("https://example.com/a?b=c", "www.example.org")),
    EntityType("IP_ADDRESS", "IPv4 and IPv6 addresses", ("network",), ("192.0.2.17", "2001:db8::8a2e:370:7334")),
    EntityType("MAC_ADDRESS", "Hardware addresses of 48 or 64 bits", ("network",), ("00:00:5E:00:53:AF",)),
    EntityType("IMEI", "Numbers of mobile devices", ("network",), ("IMEI 490154203237518",)),
    EntityType("SECRET", "Keys, tokens, passwords", ("secrets",), ("AKIAIOSFODNN7EXAMPLE", "password: hunter2!")),
    EntityType("JWT", "JSON Web Tokens", ("secrets",), ("eyJhbGciOiJub25lIn0.eyJzdWIiOiJhIn0.c2ln",)),
)

_MONEY = (
    EntityType("MONEY", "Sums of money", ("amounts", "spacy"), ("a fine of EUR 1,800", "une amende de 150 euros")),
    EntityType("CREDIT_CARD", "Payment card numbers", ("finance",), ("4111 1111 1111 1111",)),
    EntityType("IBAN_CODE", "International bank account numbers", ("finance",), ("GB82 WEST 1234 5698 7654 32",)),
    EntityType("SWIFT_BIC", "Bank identifier codes", ("finance",), ("SWIFT code DEUTDEFF500",)),
    EntityType("CRYPTO", "Bitcoin and Ethereum addresses", ("finance",), ("1BoatSLRHtKNngkdXEeobR76b53LETtpyT",)),
    EntityType("ABA_ROUTING_NUMBER", "US routing numbers", ("finance",), ("routing number 011103093",), ("US",)),
    EntityType("US_BANK_NUMBER", "US bank account numbers", ("finance",), ("bank account 000123456789",), ("US",)),
    EntityType("FR_RIB", "French account details", ("finance",), ("RIB 20041 01005 0500013M026 06",), ("FR",)),
    EntityType(
        "VAT_ID",
        "Value added tax numbers",
        ("identity_uk", "identity_fr", "identity_other"),
        ("TVA FR83404833048", "CHE-116.281.710 MWST"),
        ("BE", "CH", "DE", "ES", "FR", "GB", "IE", "IT", "LU", "NL"),
    ),
    EntityType("FR_SIREN", "French company numbers", ("identity_fr",), ("SIREN 732 829 320",), ("FR",)),
    EntityType("FR_SIRET", "French establishment numbers", ("identity_fr",), ("732 829 320 00074",), ("FR",)),
)

_IDENTITY = (
    EntityType(
        "PASSPORT",
        "Passport numbers",
        ("identity_us", "identity_uk", "identity_fr", "identity_other"),
        ("passport number 533401234", "passeport n° 12AB34567"),
        _PASSPORT_COUNTRIES,
    ),
    EntityType(
        "ID_CARD",
        "Identity card numbers",
        ("identity_fr", "identity_other"),
        ("DNI 12345678Z", "carte d'identité 880692310285"),
        ("DE", "ES", "FR", "IT"),
    ),
    EntityType(
        "TAX_ID",
        "Tax numbers of people and companies",
        ("identity_us", "identity_uk", "identity_fr", "identity_other"),
        ("EIN 12-3456789", "Steuer-ID 86095742719"),
        ("DE", "ES", "FR", "GB", "IE", "IT", "LU", "US"),
    ),
    EntityType(
        "LICENSE_PLATE", "Licence plates", ("vehicles",), ("véhicule immatriculé AB-123-CD",), ("DE", "FR", "GB")
    ),
    EntityType("US_SSN", "Social security numbers", ("identity_us",), ("536-90-4399",), ("US",)),
    EntityType("US_ITIN", "Individual taxpayer numbers", ("identity_us",), ("912-70-1234",), ("US",)),
    EntityType(
        "US_DRIVER_LICENSE", "Driver licence numbers", ("identity_us",), ("driver's license D1234567",), ("US",)
    ),
    EntityType("US_NPI", "National provider identifiers", ("identity_us",), ("NPI 1234567893",), ("US",)),
    EntityType("UK_NINO", "National insurance numbers", ("identity_uk",), ("HH 01 23 45 D",), ("GB",)),
    EntityType("UK_NHS", "NHS numbers", ("identity_uk",), ("NHS number 943 476 5919",), ("GB",)),
    EntityType("UK_DRIVING_LICENCE", "Driver numbers", ("identity_uk",), ("MORGA657054SM9IJ",), ("GB",)),
    EntityType("FR_NIR", "Social security numbers", ("identity_fr",), ("2 55 08 14 168 025 38",), ("FR",)),
    EntityType("FR_SPI", "Tax numbers of people", ("identity_fr",), ("numéro fiscal 3023217600053",), ("FR",)),
    EntityType(
        "ID_CODE",
        "Codes that identify a case, file, patient, policy or employee, by context",
        ("codes", "propagation"),
        ("application no. 12345/03", "IPP 8000123456"),
    ),
    EntityType(
        "POSTAL_CODE",
        "Postal codes outside an address",
        ("postal",),
        ("postcode SW1A 1AA", "K1A 0B1"),
        ("CA", "FR", "GB", "IE"),
    ),
    EntityType("ZIP_CODE", "US ZIP codes outside an address", ("postal",), ("my zip code is 62704",), ("US",)),
)

_ON_REQUEST = (
    _model_only("QUANTITY", "Measures"),
    _model_only("CARDINAL", "Numbers that are no other type"),
    _model_only("ORDINAL", "Ranks"),
    _model_only("PERCENT", "Percentages"),
    _model_only("LAW", "Named laws and treaties"),
    _model_only("EVENT", "Named events"),
    _model_only("PRODUCT", "Products"),
    _model_only("WORK_OF_ART", "Titles of works"),
    _model_only("LANGUAGE", "Languages"),
    _model_only("MISC", "Names that are no other type", languages=("fr",)),
)

ENTITY_TYPES: Mapping[str, EntityType] = MappingProxyType(
    {entry.name: entry for entry in (*_PEOPLE_AND_PLACES, *_CONTACTS_AND_MACHINES, *_MONEY, *_IDENTITY, *_ON_REQUEST)}
)

#: ISO 3166 codes that callers may ask for.
COUNTRIES: Sequence[str] = tuple(sorted({country for entry in ENTITY_TYPES.values() for country in entry.countries}))

#: Labels of the spaCy models, English (OntoNotes) and French (WikiNER), by our names; others keep their name.
SPACY_LABELS: Mapping[str, str] = MappingProxyType(
    {
        "PERSON": "PERSON",
        "PER": "PERSON",
        "GPE": "LOCATION",
        "LOC": "LOCATION",
        "FAC": "LOCATION",
        "ORG": "ORGANIZATION",
        "DATE": "DATE_TIME",
        "TIME": "DATE_TIME",
        "NORP": "NRP",
    }
)
