"""A connection to one of some addresses, which ends with its deadline and after so many bytes."""

import socket
import ssl
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import httpcore2

from shared.address_table import IPAddress
from worker.delivery.deadline import Deadline, SendFailed, SendFailure

#: Of the addresses of a host; each gets an equal share of the time that is left.
_MAX_TRIED: Final = 4


def trusting(ca_file: Path | None) -> ssl.SSLContext:
    """Verifies certificates and host names against the system's authorities, and those of a file besides.

    Raises ValueError for a file that is missing or holds no certificate.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_default_certs()
    if ca_file is not None:
        try:
            context.load_verify_locations(cafile=ca_file)
        except OSError as error:
            raise ValueError(f"WEBHOOK_CA_FILE: {error.strerror}") from None
    # Once, here: OpenSSL frees the former list, which another thread's handshake may be copying.
    context.set_alpn_protocols(["http/1.1"])
    return context


class BoundedStream(httpcore2.NetworkStream):
    """What httpcore2 reads and writes through. Its time-outs are of single steps, and count for nothing here."""

    def __init__(self, connected: socket.socket, deadline: Deadline, max_bytes: int) -> None:
        self._socket = connected
        self._deadline = deadline
        self._allowance = max_bytes
        self.has_received = False

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ARG002  httpcore2 passes it
        if self._allowance == 0:
            raise SendFailed(SendFailure.BAD_RESPONSE)
        try:
            self._socket.settimeout(self._deadline.left_s())
            received = self._socket.recv(min(max_bytes, self._allowance))
        except TimeoutError:
            raise SendFailed(SendFailure.TIMED_OUT) from None
        except OSError:
            raise SendFailed(SendFailure.CONNECTION_LOST) from None
        self._allowance -= len(received)
        self.has_received = self.has_received or bool(received)
        return received

    def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ARG002  httpcore2 passes it
        unsent = memoryview(buffer)
        try:
            while unsent:
                self._socket.settimeout(self._deadline.left_s())
                unsent = unsent[self._socket.send(unsent) :]
        except TimeoutError:
            raise SendFailed(SendFailure.TIMED_OUT) from None
        except OSError:
            # httpcore2 goes on to read: a server may refuse a body early, and its answer counts.
            raise httpcore2.WriteError from None

    def close(self) -> None:
        self._socket.close()


def connect(addresses: Sequence[IPAddress], port: int, deadline: Deadline) -> socket.socket:
    """A connection to the first of these addresses that takes it: to a number, so that nothing is resolved again."""
    tried = addresses[:_MAX_TRIED]
    reason = SendFailure.CONNECT_FAILED
    for number, address in enumerate(tried):
        try:
            return _connect_to(address, port, deadline.left_s() / (len(tried) - number))
        except TimeoutError:
            reason = SendFailure.TIMED_OUT
        except OSError:
            reason = SendFailure.CONNECT_FAILED
    raise SendFailed(reason)


def _connect_to(address: IPAddress, port: int, timeout_s: float) -> socket.socket:
    connected = socket.socket(socket.AF_INET if address.version == 4 else socket.AF_INET6, socket.SOCK_STREAM)
    try:
        connected.settimeout(timeout_s)
        connected.connect((str(address), port))
        connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    except OSError:
        connected.close()
        raise
    return connected


def start_tls(connected: socket.socket, context: ssl.SSLContext, host: str, deadline: Deadline) -> socket.socket:
    """TLS on a connection, with the host's name asked for (SNI) and found in the certificate."""
    try:
        connected.settimeout(deadline.left_s())
        return context.wrap_socket(connected, server_hostname=host)
    except TimeoutError:
        reason = SendFailure.TIMED_OUT
    except ssl.SSLError:
        reason = SendFailure.TLS_FAILED
    except OSError:
        reason = SendFailure.CONNECTION_LOST
    except SendFailed as failed:
        reason = failed.reason
    connected.close()
    raise SendFailed(reason)
