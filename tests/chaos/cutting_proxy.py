"""A TCP proxy before the store, for one process: it can cut every connection at the worst moment, or fall silent."""

import asyncio
import threading
from concurrent.futures import Future
from typing import Any, Final

#: How a message comes to a worker: the reply of BRPOP, an array of the queue's name and the message.
_ARRAY_OF_TWO: Final = b"*2\r\n"
_QUEUE: Final = b"celery:anonymize."
_MOST_BYTES: Final = 1 << 16


class CuttingProxy:
    """Listens on a port of 127.0.0.1 as long as it lives."""

    def __init__(self, port: int) -> None:
        """`port`: the store's."""
        self._target = port
        self._loop = asyncio.new_event_loop()
        self._writers: set[asyncio.StreamWriter] = set()
        self._is_armed = False
        self._passing = asyncio.Event()
        self._passing.set()
        #: How often it cut.
        self.cuts = 0
        threading.Thread(target=self._loop.run_forever, daemon=True).start()
        self._server: asyncio.Server = self._do(asyncio.start_server(self._serve, "127.0.0.1", 0)).result()
        self.port = int(self._server.sockets[0].getsockname()[1])

    def cut_after_next_message(self) -> None:
        """When the next message has passed, all connections are closed: the worker has it, and cannot write so."""
        self._loop.call_soon_threadsafe(self._arm)

    def fall_silent(self) -> None:
        """Connections stay, and nothing passes: no end of it is told."""
        self._loop.call_soon_threadsafe(self._passing.clear)

    def go_on(self) -> None:
        self._loop.call_soon_threadsafe(self._passing.set)

    def end(self) -> None:
        self._loop.call_soon_threadsafe(self._close)

    def _do(self, work: Any) -> "Future[Any]":
        return asyncio.run_coroutine_threadsafe(work, self._loop)

    def _arm(self) -> None:
        self._is_armed = True

    def _close(self) -> None:
        self._server.close()
        self._close_all()

    def _close_all(self) -> None:
        for writer in self._writers:
            writer.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            store_reader, store_writer = await asyncio.open_connection("127.0.0.1", self._target)
        except OSError:
            writer.close()
            return
        ends = {writer, store_writer}
        self._writers |= ends
        try:
            await asyncio.gather(
                self._pass(reader, store_writer, is_reply=False), self._pass(store_reader, writer, is_reply=True)
            )
        finally:
            self._writers -= ends

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, is_reply: bool) -> None:
        try:
            while piece := await reader.read(_MOST_BYTES):
                await self._passing.wait()
                writer.write(piece)
                await writer.drain()
                if is_reply and self._is_armed and piece.startswith(_ARRAY_OF_TWO) and _QUEUE in piece[:64]:
                    self._is_armed = False
                    self.cuts += 1
                    self._close_all()
        except OSError:
            pass
        finally:
            writer.close()
