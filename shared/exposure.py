"""Whether a gateway that asks for no key would be open to others than this machine."""

import ipaddress

from shared.settings import Settings


def check_exposure(settings: Settings) -> None:
    """Raises ValueError where everybody who reaches HOST could do everything."""
    if settings.auth == "none" and not is_loopback(settings.host):
        raise ValueError(
            "AUTH=none is for loopback addresses alone, and HOST is none: set AUTH=keys, and make a key with "
            "`python -m gateway.keys create`"
        )


def is_loopback(host: str) -> bool:
    """Whether nobody else reaches it. A name may mean any address, but for `localhost`."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
