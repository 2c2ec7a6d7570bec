"""The command `python -m gateway.keys`: it needs the settings of the gateway (REDIS_URL, the pepper) and no gateway.

    key=$(python -m gateway.keys create --client crm --scopes jobs:write,jobs:read)

The key alone goes to standard output; what is said about it to standard error.
"""

import argparse
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from pydantic import ValidationError

from gateway.access.api_key import Pepper, load_pepper
from gateway.access.issue import issue, reissue
from gateway.access.key_views import (
    CLIENT_NAME,
    DEFAULT_OVERLAP_S,
    KeyRequest,
    Limits,
    RotateRequest,
    client_limits,
    limits_view,
)
from gateway.access.scopes import Scope
from gateway.problems import field_errors
from shared.api_keys import ApiKey, list_keys, put_limits, read_limits, revoke_key
from shared.audit import Action, Deed, audited
from shared.clock import now_ms, rfc3339
from shared.errors import FieldError, ServiceError
from shared.jobs.script import Command, Reply
from shared.jobs.store import SyncStore
from shared.redis import connect_sync
from shared.settings import get_settings

_LIMITS: Final = tuple(Limits.model_fields)


@dataclass(frozen=True, slots=True)
class _Place:
    """Where keys are."""

    store: SyncStore
    pepper: Pepper

    def do(self, command: Command[Reply], action: Action, subject: str) -> Reply:
        """Noted in the audit log as done by the operator, with no key and no request."""
        return self.store.run(audited(command, Deed("operator", "", action, subject, "")))


def main(arguments: Sequence[str] | None = None) -> int:
    """0: done; 1: it was not, and one line says why; 2: the command was not understood."""
    given = _parser().parse_args(arguments)
    try:
        settings = get_settings()
        place = _Place(SyncStore(connect_sync(settings)), load_pepper(settings))
        _COMMANDS[given.command](given, place)
    except ValidationError as error:
        return _failed("; ".join(_sentence(each) for each in field_errors(error.errors(include_input=False))))
    except ServiceError as error:
        return _failed("; ".join(_sentence(each) for each in error.errors) or error.detail)
    except (ValueError, OSError) as error:
        return _failed(str(error))
    return 0


def _create(given: argparse.Namespace, place: _Place) -> None:
    request = KeyRequest.model_validate(
        {"client": given.client, "scopes": given.scopes, "name": given.name, "expires_at": given.expires_at}
    )
    issued = issue(request, place.pepper)
    _show_new(place.do(issued.command, Action.MAKE_KEY, issued.key_id), issued.shown)


def _rotate(given: argparse.Namespace, place: _Place) -> None:
    request = RotateRequest(overlap_s=given.overlap_s)
    issued = reissue(given.key_id, place.pepper, overlap_s=request.overlap_s)
    key = place.do(issued.command, Action.ROTATE_KEY, given.key_id)
    _show_new(key, issued.shown)
    _say(f"The secret before it counts until {rfc3339(key.old_secret_until_ms)}.")


def _revoke(given: argparse.Namespace, place: _Place) -> None:
    key = place.do(revoke_key(given.key_id), Action.REVOKE_KEY, given.key_id)
    _say(f"{key.id} of {key.client} counts no more.")


def _list(_: argparse.Namespace, place: _Place) -> None:
    rows = [("key", "client", "scopes", "created", "last used", "expires", "state", "name")]
    rows += [
        (
            key.id,
            key.client,
            ",".join(key.scopes),
            rfc3339(key.created_ms) or "",
            rfc3339(key.last_used_ms) or "never",
            rfc3339(key.expires_ms) or "never",
            _state(key),
            key.name,
        )
        for key in place.store.run(list_keys())
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        sys.stdout.write("  ".join(cells).rstrip() + "\n")


def _limits(given: argparse.Namespace, place: _Place) -> None:
    asked = {name: getattr(given, name) for name in _LIMITS if getattr(given, name) is not None}
    if asked or given.reset:
        command = put_limits(given.client, client_limits(Limits.model_validate(asked)))
        place.do(command, Action.CHANGE_LIMITS, given.client)
    own = limits_view(place.store.run(read_limits(given.client))).model_dump(exclude_none=True)
    shown = ", ".join(f"{name} {value}" for name, value in own.items())
    _say(f"{given.client}: {shown or 'no limits of its own'}; all else as the settings say.")


_COMMANDS: Final[Mapping[str, Callable[[argparse.Namespace, _Place], None]]] = {
    "create": _create,
    "list": _list,
    "rotate": _rotate,
    "revoke": _revoke,
    "limits": _limits,
}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m gateway.keys", description="API keys and clients' limits.")
    commands = parser.add_subparsers(dest="command", required=True)
    create = commands.add_parser("create", help="make a key; it is printed this once")
    create.add_argument("--client", required=True, help="whose jobs it sees: 1 to 64 of A-Z a-z 0-9 _ . -")
    create.add_argument("--scopes", required=True, type=_scopes, help=f"by commas: {','.join(Scope)}")
    create.add_argument("--name", default="", help="what it is for")
    create.add_argument("--expires-at", help="RFC 3339; without it the key does not expire")
    commands.add_parser("list", help="all keys, without their secrets")
    rotate = commands.add_parser("rotate", help="print a new secret for a key")
    rotate.add_argument("key_id")
    rotate.add_argument("--overlap-s", type=int, default=DEFAULT_OVERLAP_S, help="how long the old secret counts")
    revoke = commands.add_parser("revoke", help="end a key at once")
    revoke.add_argument("key_id")
    limits = commands.add_parser("limits", help="show a client's own limits, or set all of them; 0 is no limit")
    limits.add_argument("--client", required=True, type=_client)
    limits.add_argument("--reset", action="store_true", help="none of its own")
    for name in _LIMITS:
        kind = float if name == "rate_per_s" else int
        limits.add_argument(f"--{name.replace('_', '-')}", type=kind)
    return parser


def _client(name: str) -> str:
    if not re.fullmatch(CLIENT_NAME, name):
        raise argparse.ArgumentTypeError(f"must match {CLIENT_NAME}")
    return name


def _scopes(words: str) -> tuple[str, ...]:
    return tuple(words.replace(",", " ").split())


def _state(key: ApiKey) -> str:
    if key.revoked_ms is not None:
        return "revoked"
    return "expired" if key.expires_ms is not None and key.expires_ms <= now_ms() else "counts"


def _show_new(key: ApiKey, shown: str) -> None:
    _say(f"{key.id} of {key.client} may {', '.join(key.scopes)}. It is shown this once:")
    sys.stdout.write(f"{shown}\n")


def _sentence(error: FieldError) -> str:
    return f"{error.pointer.removeprefix('/').partition('/')[0]}: {error.detail}"


def _say(line: str) -> None:
    sys.stderr.write(f"{line}\n")


def _failed(reason: str) -> int:
    _say(f"gateway.keys: {reason}")
    return 1
