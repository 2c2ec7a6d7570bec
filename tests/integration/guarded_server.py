"""A real gateway connection before routes of the test's own: `python -m tests.integration.guarded_server`.

Its times are short, and its limits small.
"""

import asyncio
import os
import sys
from collections.abc import AsyncIterator

from fastapi import FastAPI, Request
from fastapi.responses import Response, StreamingResponse

from gateway import problems, protection
from gateway.__main__ import serve
from shared.log import configure_logging
from shared.settings import Settings

#: Far more than the buffers of both kernels hold.
LARGE_BYTES = 50_000_000


def make_app(settings: Settings) -> FastAPI:
    app = FastAPI()
    problems.install(app)
    protection.install(app, settings)

    @app.get("/")
    async def root() -> dict[str, str]:
        return {"status": "fine"}

    @app.get("/health/live")
    async def live() -> dict[str, str]:
        return {"status": "fine"}

    @app.post("/echo")
    async def echo(request: Request) -> dict[str, int]:
        return {"bytes": len(await request.body())}

    @app.post("/unread")
    async def unread() -> Response:
        return Response("unread", media_type="text/plain")

    @app.get("/large")
    async def large() -> Response:
        return Response(b"x" * LARGE_BYTES, media_type="application/octet-stream")

    @app.get("/endless")
    async def endless() -> StreamingResponse:
        async def pieces() -> AsyncIterator[bytes]:
            while True:
                yield b"x" * 65_536
                # As an answer that comes from the store, it lets others have their turn.
                await asyncio.sleep(0)

        return StreamingResponse(pieces(), media_type="application/octet-stream")

    @app.get("/fault/{what}")
    async def fault(what: str) -> None:
        raise RuntimeError(what)

    @app.get("/half/{what}")
    async def half(what: str) -> StreamingResponse:
        async def pieces() -> AsyncIterator[bytes]:
            yield b"the first half"
            raise RuntimeError(what)

        return StreamingResponse(pieces(), media_type="text/plain")

    return app


def main() -> int:
    settings = Settings(port=int(os.environ["PORT"]))
    configure_logging(settings, "gateway")
    return serve(make_app(settings), settings)


if __name__ == "__main__":
    sys.exit(main())
