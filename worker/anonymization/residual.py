"""What the leak check reports: where, never what."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Residual:
    """A stretch of the output (code points) where an original value that should be gone still stands."""

    type: str
    start: int
    end: int
