"""One POST to a place outside: to a checked address alone, in bounded time, with a bounded answer.

On httpcore2, the engine of httpx2, since what an attacker would use is not there: no redirects, no proxies or
credentials from the environment, no cookies, no decompression, no kept connections.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import httpcore2

from shared.address_guard import AddressRefused, Target, check_address, check_url, policy_of
from shared.address_table import IPAddress
from shared.errors import WebhookUrlRefused
from shared.settings import Settings
from worker.delivery.connection import BoundedStream, connect, start_tls, trusting
from worker.delivery.deadline import Deadline, SendFailed, SendFailure
from worker.delivery.resolver import resolver_of

#: Head and body of an answer: nobody reads the body, and it is taken only so that the endpoint can finish.
MAX_ANSWER_BYTES: Final = 64_000
_MAX_HEADER_CHARS: Final = 64


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of one attempt: a status, whatever it is, or a failure. `retry_after` is the header as it came."""

    duration_ms: int
    status: int | None = None
    retry_after: str | None = None
    failure: SendFailure | None = None


class WebhookClient:
    """Sends for many threads at once. Make one a process: it reads the trusted certificates.

    Raises ValueError for a wrong WEBHOOK_ALLOWED_HOSTS, WEBHOOK_NAME_SERVERS or WEBHOOK_CA_FILE, and names it.
    """

    def __init__(self, settings: Settings) -> None:
        self._policy = policy_of(settings)
        self._timeout_s = settings.webhook_timeout_s
        self._resolve = resolver_of(settings.webhook_name_servers)
        self._trust = trusting(settings.webhook_ca_file)

    def send(self, url: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """The answer to one POST. Raises nothing that a URL, a name server or an endpoint can cause."""
        started = time.monotonic()
        status, retry_after, failure = None, None, None
        try:
            status, retry_after = self._post(url, headers, body)
        except SendFailed as failed:
            failure = failed.reason
        duration_ms = round((time.monotonic() - started) * 1000)
        return Answer(duration_ms=duration_ms, status=status, retry_after=retry_after, failure=failure)

    def _post(self, url: str, headers: Mapping[str, str], body: bytes) -> tuple[int, str | None]:
        deadline = Deadline(self._timeout_s)
        try:
            target = check_url(url, self._policy)
        except WebhookUrlRefused:
            raise SendFailed(SendFailure.URL_REFUSED) from None
        connected = connect(self._addresses(target, deadline), target.port, deadline)
        if target.is_tls:
            connected = start_tls(connected, self._trust, target.host, deadline)
        with connected:
            return _exchange(target, headers, body, BoundedStream(connected, deadline, MAX_ANSWER_BYTES))

    def _addresses(self, target: Target, deadline: Deadline) -> tuple[IPAddress, ...]:
        """All of the host's addresses, each one allowed: with a single bad one the name is an attacker's, or wrong."""
        if target.address is not None:
            return (target.address,)
        # With a dot at its end a name is whole, and no suffix of this machine's network is tried on it.
        name = target.host if target.is_allowed else f"{target.host}."
        try:
            found = [check_address(each, is_allowed=target.is_allowed) for each in self._resolve(name, deadline)]
        except AddressRefused:
            raise SendFailed(SendFailure.ADDRESS_REFUSED) from None
        if not found:
            raise SendFailed(SendFailure.DNS_FAILED)
        return tuple(dict.fromkeys(found))


def _exchange(target: Target, headers: Mapping[str, str], body: bytes, stream: BoundedStream) -> tuple[int, str | None]:
    url = httpcore2.URL(
        scheme=b"https" if target.is_tls else b"http",
        host=target.host.encode("ascii"),
        port=target.port,
        target=target.path.encode("ascii"),
    )
    fields = {**headers, "Host": target.authority, "Accept-Encoding": "identity", "Connection": "close"}
    connection = httpcore2.HTTP11Connection(url.origin, stream)
    try:
        with connection.stream("POST", url, headers=list(fields.items()), content=body) as response:
            _drain(response)
            return response.status, _header(response, b"retry-after")
    except httpcore2.RemoteProtocolError:
        reason = SendFailure.BAD_RESPONSE if stream.has_received else SendFailure.CONNECTION_LOST
        raise SendFailed(reason) from None


def _drain(response: httpcore2.Response) -> None:
    """Take the body, as far as it comes in time and is not too long. The status has come, and stands whatever follows:
    an endpoint that said 200 has the event, and must not get it again because its body was slow."""
    try:
        for _ in response.iter_stream():
            pass
    except (SendFailed, httpcore2.RemoteProtocolError):
        pass


def _header(response: httpcore2.Response, name: bytes) -> str | None:
    values = [value for key, value in response.headers if key.lower() == name]
    return values[0].decode("latin-1")[:_MAX_HEADER_CHARS] if values else None
