"""A real server of one route that takes uploads and says what came: `python -m tests.integration.upload_server`."""

import os
import resource
from typing import Any

import uvicorn
from fastapi import FastAPI, Request

from gateway import problems
from gateway.upload import UploadLimits, read_upload

MAX_FILE_BYTES = 200_000_000
PIECE_BYTES = 65_536


def make_app() -> FastAPI:
    app = FastAPI()
    problems.install(app)
    limits = UploadLimits(MAX_FILE_BYTES, max_request_bytes=1_000, piece_bytes=PIECE_BYTES)

    @app.post("/upload")
    async def upload(request: Request) -> dict[str, Any]:
        pieces: list[int] = []
        start = bytearray()

        async def keep(piece: bytes) -> None:
            pieces.append(len(piece))
            if len(start) < 1_000:
                start.extend(piece[:1_000])

        done = await read_upload(request, on_file_piece=keep, limits=limits)
        return {
            "request": None if done.request_json is None else done.request_json.decode(),
            "kind": done.kind,
            "filename": done.filename,
            "size_bytes": done.size_bytes,
            "sha256": done.sha256,
            "pieces": pieces,
            "start": start.decode("latin-1"),
        }

    @app.get("/memory")
    async def memory() -> int:
        """The most that the process ever had, in bytes."""
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024

    return app


if __name__ == "__main__":
    uvicorn.run(make_app(), host="127.0.0.1", port=int(os.environ["UPLOAD_PORT"]), log_level="warning")
