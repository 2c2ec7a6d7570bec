"""Who gets which pseudonym: one for each identity of a scope, none twice, none an original.

Values are served in the order of their keyed digests, so neither the order of documents nor that of detection counts.
The reasons and the proof are in docs/decisions/0005-pseudonyms.md.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from worker.anonymization.date_reading import Convention
from worker.anonymization.dates import shift_dates
from worker.anonymization.identities import SEPARATOR_FREE, Identity, Occurrence, value_key
from worker.anonymization.pseudonyms import contacts, persons, places
from worker.anonymization.pseudonyms.ages import age
from worker.anonymization.pseudonyms.codes import code, crypto_address
from worker.anonymization.pseudonyms.draw import Draw
from worker.anonymization.pseudonyms.titles import title
from worker.anonymization.scope import ScopeKeys, keyed_digest, keyed_number

Maker = Callable[[str, Identity, Draw], str | None]

#: Makers that draw: two values can draw the same, so that another attempt is needed.
DRAWN: Final[Mapping[str, Maker]] = MappingProxyType(
    {
        "PERSON": persons.person,
        "LOCATION": places.place,
        "ORGANIZATION": places.organisation,
        "ADDRESS": places.address,
        "EMAIL_ADDRESS": contacts.email,
        "URL": contacts.url,
        "IP_ADDRESS": contacts.ip_address,
        "PHONE_NUMBER": contacts.phone,
    }
)
#: Makers that permute: no two values can get the same, and none itself.
PERMUTED: Final[Mapping[str, Maker]] = MappingProxyType(
    dict.fromkeys(sorted(SEPARATOR_FREE - {"PHONE_NUMBER"}), code)
    | {"ID_CODE": code, "SECRET": code, "JWT": code, "CRYPTO": crypto_address, "AGE": age, "TITLE": title}
)
#: After so many attempts there is no pseudonym, and a numbered placeholder is written: a list cannot be that full.
_MAX_ATTEMPTS = 200
_SHIFT_DAYS = 180

_Surface = tuple[int, str, str, str]


@dataclass(frozen=True, slots=True)
class Pseudonyms:
    """By scope (a document's index, or 0), type, identity and surface. No repr: it holds originals."""

    by_surface: Mapping[_Surface, str]
    is_per_document: bool

    def of(self, occurrence: Occurrence) -> str | None:
        """The pseudonym in the occurrence's form; None where its type has none."""
        partition = occurrence.document if self.is_per_document else 0
        return self.by_surface.get((partition, occurrence.type, occurrence.identity.key, occurrence.text))


def assign(
    rows: Sequence[Sequence[Occurrence]], keys: Mapping[int, ScopeKeys], conventions: Sequence[Convention]
) -> Pseudonyms:
    """Pseudonyms for all occurrences of a job, by document; the keys and date conventions likewise."""
    if not any(rows):
        return Pseudonyms(MappingProxyType({}), is_per_document=False)
    is_per_document = keys[0].scope == "document"
    by_surface: dict[_Surface, str] = {}
    members: dict[int, dict[Identity, None]] = defaultdict(dict)
    for index, row in enumerate(rows):
        for occurrence in row:
            partition = index if is_per_document else 0
            if occurrence.type == "DATE_TIME":
                _add_date(by_surface, partition, occurrence, keys[index], conventions[index])
            else:
                members[partition][occurrence.identity] = None
    for partition, identities in members.items():
        _assign_partition(by_surface, partition, list(identities), keys[partition])
    return Pseudonyms(by_surface, is_per_document)


def _add_date(
    by_surface: dict[_Surface, str], partition: int, occurrence: Occurrence, keys: ScopeKeys, convention: Convention
) -> None:
    number = keyed_number(keys.pseudonym, "days") % (2 * _SHIFT_DAYS)
    moved = shift_dates(
        occurrence.text, number - _SHIFT_DAYS if number < _SHIFT_DAYS else number - _SHIFT_DAYS + 1, convention
    )
    if moved is not None:
        by_surface[partition, occurrence.type, occurrence.identity.key, occurrence.text] = moved


def _assign_partition(
    by_surface: dict[_Surface, str], partition: int, identities: list[Identity], keys: ScopeKeys
) -> None:
    key = keys.pseudonym
    originals = {value_key(surface, each.type) for each in identities for surface in each.surfaces}
    taken: dict[str, Identity] = {}
    for identity in sorted(identities, key=lambda each: keyed_digest(key, "turn", each.type, each.key)):
        if identity.type in PERMUTED:
            draw = Draw(key, identity.type, identity.key, identity.language, 0, is_wide=keys.scope == "client")
            made = _made(PERMUTED[identity.type], identity, draw)
        elif identity.type in DRAWN:
            made = _drawn(identity, keys, originals, taken)
        else:
            continue
        for surface, pseudonym in made.items():
            taken[value_key(pseudonym, identity.type)] = identity
            by_surface[partition, identity.type, identity.key, surface] = pseudonym


def _drawn(identity: Identity, keys: ScopeKeys, originals: set[str], taken: Mapping[str, Identity]) -> dict[str, str]:
    own = {value_key(surface, identity.type) for surface in identity.surfaces}
    # What other originals a job holds must not change a client's pseudonyms from job to job.
    forbidden = own if keys.scope == "client" else originals
    for attempt in range(_MAX_ATTEMPTS):
        is_wide = keys.scope == "client" or attempt >= persons.ATTEMPTS_NARROW
        draw = Draw(keys.pseudonym, identity.type, identity.key, identity.language, attempt, is_wide)
        made = _made(DRAWN[identity.type], identity, draw)
        values = {value_key(pseudonym, identity.type) for pseudonym in made.values()}
        if not values & forbidden and not any(value in taken for value in values):
            return made
    return {}


def _made(maker: Maker, identity: Identity, draw: Draw) -> dict[str, str]:
    pairs = ((surface, maker(surface, identity, draw)) for surface in identity.surfaces)
    return {surface: pseudonym for surface, pseudonym in pairs if pseudonym is not None}
