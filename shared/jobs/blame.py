"""Which documents of a unit a worker died of, while it tried them one by one."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Blame:
    #: Of the document in the unit.
    place: int
    deaths: int
    #: Problem type.
    why: str


def blames_of(record: Mapping[bytes, bytes]) -> tuple[Blame, ...]:
    """From the hash blame:<unit>."""
    return tuple(
        Blame(int(place), int(deaths), record[place + b":why"].decode())
        for place, deaths in record.items()
        if place.isdigit()
    )
