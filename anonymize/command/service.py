"""The service, as a command that somebody waits for asks it."""

from typing import Final

from anonymize.client import Client
from anonymize.retries import Retries

#: A mistyped address is told within two seconds.
_BRIEF: Final = Retries(max_attempts=3)


def reach() -> Client:
    """Where the environment or the configuration file says. Raises NotConfigured."""
    return Client(retries=_BRIEF)
