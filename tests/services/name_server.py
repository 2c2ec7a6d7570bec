"""A name server of the test's own, which may change its mind between two questions."""

import socket
import threading
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Self

import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import dns.rrset


class NameServer:
    """Answers on UDP. Each name has a list of answers, one a question for A and the last for ever; the IPv6 addresses
    of an answer are given to the question for AAAA that follows. An answer of None is a failure of the server."""

    def __init__(self, answers: Mapping[str, Sequence[Sequence[str] | None]]) -> None:
        self.asked: list[str] = []
        self._answers = {f"{name}.": list(each) for name, each in answers.items()}
        self._current: dict[str, Sequence[str] | None] = {}
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self._thread = threading.Thread(target=self._serve, daemon=True)

    @property
    def entry(self) -> str:
        """As WEBHOOK_NAME_SERVERS takes it."""
        return f"127.0.0.1:{self._socket.getsockname()[1]}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, _: type[BaseException] | None, __: BaseException | None, ___: TracebackType | None) -> None:
        # An empty datagram ends the loop: closing a socket does not wake one who reads it.
        self._socket.sendto(b"", self._socket.getsockname())
        self._thread.join(timeout=10)
        self._socket.close()

    def _serve(self) -> None:
        while True:
            wire, sender = self._socket.recvfrom(4096)
            if not wire:
                return
            self._socket.sendto(self._reply(dns.message.from_wire(wire)).to_wire(), sender)

    def _reply(self, question: dns.message.Message) -> dns.message.Message:
        asked = question.question[0]
        name, kind = asked.name.to_text().lower(), dns.rdatatype.to_text(asked.rdtype)
        self.asked.append(f"{name} {kind}")
        reply = dns.message.make_response(question)
        reply.flags |= dns.flags.RA
        if name not in self._answers:
            reply.set_rcode(dns.rcode.NXDOMAIN)
            return reply
        addresses = self._addresses(name, kind)
        if addresses is None:
            reply.set_rcode(dns.rcode.SERVFAIL)
        elif wanted := [each for each in addresses if (":" in each) == (kind == "AAAA")]:
            reply.answer.append(dns.rrset.from_text(asked.name, 0, "IN", kind, *wanted))
        return reply

    def _addresses(self, name: str, kind: str) -> Sequence[str] | None:
        if kind == "A":
            left = self._answers[name]
            self._current[name] = left.pop(0) if len(left) > 1 else left[0]
        return self._current[name]
