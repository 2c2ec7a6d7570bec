"""Secrets of webhooks: shown once, sealed, two of them for a day."""

import base64

import pytest

from shared.cipher import KeyRing
from shared.errors import UndecipherablePayload
from shared.webhooks.secrets import CLIENT, new_secret, seal, shown, valid_secrets

RING = KeyRing((b"k" * 32,))


def test_a_secret_has_32_bytes_and_is_shown_as_the_standard_says() -> None:
    secret = new_secret()
    prefix, _, rest = shown(secret).partition("_")
    assert prefix == "whsec"
    assert base64.b64decode(rest, validate=True) == secret
    assert len(secret) == 32
    assert new_secret() != secret


@pytest.mark.parametrize(("now_ms", "count"), [(0, 2), (999, 2), (1_000, 1), (2_000, 1)])
def test_the_old_one_signs_until_its_time_is_over(now_ms: int, count: int) -> None:
    old, new = new_secret(), new_secret()
    record = {
        b"secret": seal(RING, "client", "crm", new),
        b"old_secret": seal(RING, "client", "crm", old),
        b"old_secret_until_ms": b"1000",
    }
    assert valid_secrets(record, RING, "client", "crm", now_ms) == (new, old)[:count]


def test_a_record_without_a_secret_signs_nothing() -> None:
    assert valid_secrets({}, RING, "client", CLIENT, 0) == ()


@pytest.mark.parametrize(("client", "owner"), [("other", "crm"), ("client", "other"), ("client", CLIENT)])
def test_a_box_opens_for_its_owner_alone(client: str, owner: str) -> None:
    record = {b"secret": seal(RING, "client", "crm", new_secret())}
    with pytest.raises(UndecipherablePayload):
        valid_secrets(record, RING, client, owner, 0)
