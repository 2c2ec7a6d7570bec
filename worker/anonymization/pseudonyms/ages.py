"""Pseudonyms of ages: another age of the same decade, one to one."""

from typing import Final

from worker.anonymization.ages import read_age, rewrite_age
from worker.anonymization.identities import Identity
from worker.anonymization.permutation import permute
from worker.anonymization.pseudonyms.draw import Draw
from worker.anonymization.scope import keyed_digest

_DECADE: Final = 10


def age(surface: str, _identity: Identity, draw: Draw) -> str | None:
    """The surface with another number; None where its age cannot be read."""
    written = read_age(surface)
    if written is None:
        return None
    decade, unit = divmod(written.number, _DECADE)
    key = keyed_digest(draw.key, "age", str(decade))
    return rewrite_age(surface, written, str(decade * _DECADE + permute(key, _DECADE, unit)))
