"""Which occurrences mean the same: the ground of numbers, pseudonyms and hashes that agree."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from worker.anonymization.folding import fold
from worker.anonymization.place_words import COUNTRY_NAMES, country_of
from worker.detection.names import take_apart
from worker.detection.span import Span

#: Types whose separators carry no meaning: "4111 1111" and "4111-1111" are one value.
SEPARATOR_FREE = frozenset(
    {
        "PHONE_NUMBER", "CREDIT_CARD", "IBAN_CODE", "SWIFT_BIC", "IMEI", "MAC_ADDRESS", "POSTAL_CODE", "ZIP_CODE",
        "LICENSE_PLATE", "PASSPORT", "ID_CARD", "TAX_ID", "VAT_ID", "US_SSN", "US_ITIN", "US_DRIVER_LICENSE",
        "US_BANK_NUMBER", "ABA_ROUTING_NUMBER", "US_NPI", "UK_NINO", "UK_NHS", "UK_DRIVING_LICENCE", "FR_NIR",
        "FR_SIREN", "FR_SIRET", "FR_SPI", "FR_RIB",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Identity:
    """One person, place, thing or value of one type within one scope."""

    type: str
    #: The fullest of its occurrences, folded: depends on the texts alone, so that it agrees between jobs.
    key: str
    #: All forms it takes, sorted.
    surfaces: tuple[str, ...]
    #: Of the document it stands in; where there are several, the first by name.
    language: str
    #: From 1, per type, in the order of appearance.
    number: int


@dataclass(frozen=True, slots=True)
class Occurrence:
    """A span's text with all an operator may ask about it."""

    text: str
    type: str
    language: str
    #: Index of its document in the job.
    document: int
    identity: Identity


#: Partition (a document's index, or 0 for all), type, and what tells the values of the type apart.
_Key = tuple[int, str, str]


def group(
    texts: Sequence[str], found: Sequence[Sequence[Span]], languages: Sequence[str], *, per_document: bool
) -> list[list[Occurrence]]:
    """An occurrence for each span, in the spans' order. `per_document`: nothing is shared between documents."""
    forms: dict[_Key, _Forms] = defaultdict(_Forms)
    keys: list[list[_Key]] = []
    known: dict[tuple[str, str, str | None], tuple[str, str]] = {}
    for index, (text, spans, language) in enumerate(zip(texts, found, languages, strict=True)):
        row: list[_Key] = []
        for span in spans:
            surface = text[span.start : span.end]
            form = (surface, span.type, span.identity)
            if form not in known:
                known[form] = _keys_of(surface, span)
            own, shared = known[form]
            key = (index if per_document else 0, span.type, shared)
            forms[key].add(surface, own, language)
            row.append(key)
        keys.append(row)
    identities = _identities(forms)
    return [
        [
            Occurrence(text[span.start : span.end], span.type, language, index, identities[key])
            for span, key in zip(spans, row, strict=True)
        ]
        for index, (text, spans, row, language) in enumerate(zip(texts, found, keys, languages, strict=True))
    ]


def value_key(text: str, entity_type: str) -> str:
    """What two texts of a type share exactly when they are the same value."""
    folded = fold(text)
    country = country_of(folded.removesuffix("'s")) if entity_type == "LOCATION" else None
    if country is not None:
        return COUNTRY_NAMES[country][0].lower()
    if entity_type == "PERSON":
        return take_apart(folded).key or folded
    if entity_type in SEPARATOR_FREE:
        return "".join(character for character in folded if character.isalnum()) or folded
    return folded.removesuffix("'s") or folded


@dataclass(slots=True)
class _Forms:
    """What was seen of one identity."""

    surfaces: set[str] = field(default_factory=set)
    keys: set[str] = field(default_factory=set)
    languages: set[str] = field(default_factory=set)

    def add(self, surface: str, key: str, language: str) -> None:
        self.surfaces.add(surface)
        self.keys.add(key)
        self.languages.add(language)


def _keys_of(surface: str, span: Span) -> tuple[str, str]:
    """The key of the text alone, and the key it shares with other texts of its identity."""
    own = value_key(surface, span.type)
    if span.identity is None or _adds_nothing(span.identity, surface, span.type):
        return own, own
    return own, fold(span.identity)


def _adds_nothing(identity: str, surface: str, entity_type: str) -> bool:
    """Detection splits a name at a zero-width character, and does not know that the USA are the United States."""
    if entity_type == "PERSON":
        return identity == take_apart(surface).key
    return entity_type == "LOCATION" and country_of(surface) is not None


def _identities(forms: dict[_Key, _Forms]) -> dict[_Key, Identity]:
    numbers: dict[tuple[int, str], int] = defaultdict(int)
    identities: dict[_Key, Identity] = {}
    for key, seen in forms.items():
        partition, entity_type, _ = key
        numbers[partition, entity_type] += 1
        identities[key] = Identity(
            type=entity_type,
            key=max(seen.keys, key=lambda each: (each.count(" "), len(each), each)),
            surfaces=tuple(sorted(seen.surfaces)),
            language=min(seen.languages),
            number=numbers[partition, entity_type],
        )
    return identities
