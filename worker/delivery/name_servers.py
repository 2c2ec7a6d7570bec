"""Name servers of the operator's choice instead of the system's resolver: imported when WEBHOOK_NAME_SERVERS names
some, since dnspython takes 0.15 s to load."""

from typing import Final

import dns.exception
import dns.nameserver
import dns.resolver

from shared.webhook_url import UrlRejected, read_authority, read_literal
from worker.delivery.deadline import Deadline, SendFailed, SendFailure

_DNS_PORT: Final = 53


class NameServers:
    """Asks these (address or address:port) alone, and keeps no answer.

    Raises ValueError for an entry that is neither.
    """

    def __init__(self, entries: tuple[str, ...]) -> None:
        self._resolver = dns.resolver.Resolver(configure=False)
        self._resolver.nameservers = [dns.nameserver.Do53Nameserver(*_address_and_port(entry)) for entry in entries]

    def resolve(self, host: str, deadline: Deadline) -> tuple[str, ...]:
        """The host's A and AAAA records, aliases followed; none for a name without."""
        found: list[str] = []
        try:
            for kind in ("A", "AAAA"):
                lifetime_s = deadline.left_s()
                reply = self._resolver.resolve(host, kind, raise_on_no_answer=False, search=False, lifetime=lifetime_s)
                found.extend(record.address for record in reply)
        except dns.exception.Timeout:
            raise SendFailed(SendFailure.TIMED_OUT) from None
        except dns.exception.DNSException:
            raise SendFailed(SendFailure.DNS_FAILED) from None
        return tuple(found)


def _address_and_port(entry: str) -> tuple[str, int]:
    try:
        host, port = read_authority(entry)
        address = read_literal(host)
    except UrlRejected:
        address, port = None, None
    if address is None:
        raise ValueError("WEBHOOK_NAME_SERVERS: an entry is neither an address nor address:port")
    return str(address), port or _DNS_PORT
