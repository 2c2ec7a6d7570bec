"""How many jobs and code points a client may have taken in, and how a job that is not taken in is refused."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from shared.errors import QueueFull, RateLimited, ServiceError, TooManyJobs


@dataclass(frozen=True, slots=True)
class JobLimits:
    """Of a client that has none of its own (shared/api_keys.py); 0: none."""

    #: Queued or running at once.
    max_jobs: int = 0
    characters_per_minute: int = 0


UNLIMITED: Final = JobLimits()

#: By the first number of the script's reply.
_REFUSALS: Final[Mapping[int, Callable[[int], ServiceError]]] = {
    -1: lambda _: QueueFull(),
    -2: lambda most: TooManyJobs(f"You have {most} jobs queued or running, the most; nothing was queued."),
    -3: lambda wait_s: RateLimited(
        "You have submitted as many characters as you may in a minute; nothing was queued.", retry_after_s=wait_s
    ),
}


def check_taken(reply: Sequence[int]) -> None:
    """Raises QueueFull, TooManyJobs, RateLimited where the reply to a submit says so."""
    refusal = _REFUSALS.get(reply[0])
    if refusal is not None:
        raise refusal(reply[1])
