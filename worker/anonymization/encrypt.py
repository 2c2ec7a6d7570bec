"""Values as tokens that their client, and nobody else, can turn back (shared/tokens.py)."""

from shared.tokens import seal_token
from worker.anonymization.scope import ScopeKeys


def encrypt(value: str, entity_type: str, keys: ScopeKeys) -> str:
    """The token of a value: the same for the same value and type within the scope. The value must not be empty."""
    return seal_token(value, entity_type, keys.token_key, keys.tweak)
