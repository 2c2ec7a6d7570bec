"""What there is for the requests of the contract tests to name."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Made:
    """What the cases can name: jobs that have ended, the delivery of one of them, a key; and the key to ask with."""

    jobs: tuple[str, ...]
    delivery: str
    key_id: str
    key: str
    webhook_url: str
