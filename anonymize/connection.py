"""Where the service is and with which key: from arguments, the environment, or the user's configuration file."""

import os
import stat
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from anonymize.errors import NotConfigured

_HERE: Final = "http://127.0.0.1:8000"
#: Of each: its name in the environment, and whether it is secret. In the file they have these very names.
_FIELDS: Final[Mapping[str, tuple[str, bool]]] = {
    "url": ("ANONYMIZE_URL", False),
    "api_key": ("ANONYMIZE_API_KEY", True),
    "webhook_secret": ("ANONYMIZE_WEBHOOK_SECRET", True),
}


@dataclass(frozen=True, slots=True)
class Connection:
    url: str = _HERE
    api_key: str | None = field(default=None, repr=False)
    webhook_secret: str | None = field(default=None, repr=False)

    @property
    def headers(self) -> dict[str, str]:
        key = {"authorization": f"Bearer {self.api_key}"} if self.api_key else {}
        return {"user-agent": "anonymize", "accept": "*/*", **key}


def find_connection(environment: Mapping[str, str] | None = None, **given: str | None) -> Connection:
    """What is given, else what the environment says, else the file. Raises NotConfigured.

    A key goes to no other address than the one that stands beside it.
    """
    environment = os.environ if environment is None else environment
    said = _read_file(configuration_file(environment))
    sources = [given, {name: environment.get(variable) for name, (variable, _) in _FIELDS.items()}, said]
    urls = [_checked_url(each["url"]) if each.get("url") else None for each in sources]
    url = next((each for each in urls if each is not None), _HERE)
    fitting = [each for each, own in zip(sources, urls, strict=True) if own in {None, url}]
    api_key, webhook_secret = (
        next((each[name] for each in fitting if each.get(name)), None) for name in ("api_key", "webhook_secret")
    )
    if api_key is not None and not (api_key.isascii() and api_key.isprintable() and " " not in api_key):
        raise NotConfigured("the API key holds characters that no key has")
    return Connection(url, api_key, webhook_secret)


def configuration_file(environment: Mapping[str, str]) -> Path:
    """XDG Base Directory Specification 0.8: `$XDG_CONFIG_HOME`, where it is absolute, else `~/.config`."""
    home = environment.get("XDG_CONFIG_HOME", "")
    folder = Path(home) if home.startswith("/") else Path.home() / ".config"
    return folder / "anonymize" / "config.toml"


def _read_file(path: Path) -> dict[str, str | None]:
    try:
        with path.open("rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            said: dict[str, Any] = tomllib.load(file)
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except OSError as error:
        raise NotConfigured(f"{path}: {error.strerror}") from None
    except ValueError:
        # Not what the parser says: it may repeat a line, and a line may be the key.
        raise NotConfigured(f"{path} is not TOML") from None
    unusable = [name for name, value in said.items() if name not in _FIELDS or not isinstance(value, str)]
    if unusable:
        raise NotConfigured(f"{path}: {unusable[0]} is none of {', '.join(_FIELDS)} with a string")
    holds_secret = any(name in said for name, (_, is_secret) in _FIELDS.items() if is_secret)
    # Windows has no such bits, and says that all are set.
    if holds_secret and os.name == "posix" and mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise NotConfigured(f"{path} holds a key and others may read it; chmod 600 it")
    return said


def _checked_url(url: str | None) -> str:
    try:
        parts = urlsplit((url or "").rstrip("/"))
        is_address = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_address = False
    if not is_address or parts.query or parts.fragment:
        raise NotConfigured("the address of the service must be http://host or https://host")
    if parts.username is not None or parts.password is not None:
        raise NotConfigured("the address of the service must hold no user name; a key is given on its own")
    return parts.geturl()
