"""The addresses of a host name, asked for anew at every attempt and within a time."""

import queue
import socket
import threading
from collections.abc import Callable

from worker.delivery.deadline import Deadline, SendFailed, SendFailure

#: A host name to all of its addresses, as text; none when there is no such name. Raises SendFailed.
Resolver = Callable[[str, Deadline], tuple[str, ...]]


def resolver_of(name_servers: tuple[str, ...]) -> Resolver:
    """The system's resolver, or one that asks these name servers alone.

    Raises ValueError for an entry that is neither an address nor address:port.
    """
    if not name_servers:
        return resolve_by_system
    from worker.delivery.name_servers import NameServers  # noqa: PLC0415  loads dnspython, for the few who need it

    return NameServers(name_servers).resolve


def resolve_by_system(host: str, deadline: Deadline) -> tuple[str, ...]:
    """What getaddrinfo says: A and AAAA, /etc/hosts and the container's own name server included."""
    answer: queue.SimpleQueue[tuple[str, ...]] = queue.SimpleQueue()

    def look_up() -> None:
        try:
            found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError):
            answer.put(())
        else:
            answer.put(tuple(str(each[4][0]) for each in found))

    # getaddrinfo knows no time-out and may take half a minute. A thread of its own for each, not a pool: a name server
    # that never answers would otherwise hold up the names of others.
    threading.Thread(target=look_up, name="resolve", daemon=True).start()
    try:
        return answer.get(timeout=deadline.left_s())
    except queue.Empty:
        raise SendFailed(SendFailure.TIMED_OUT) from None
