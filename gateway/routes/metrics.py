"""GET /metrics: what Prometheus reads of this gateway, and of the store."""

import asyncio
import os
from typing import Final

from fastapi import APIRouter, Request, Response
from prometheus_client.metrics_core import Metric

from gateway.dependencies import Context
from shared.metrics.exposition import exposition
from shared.metrics.memory import memory_families
from shared.metrics.processes import shared_folder

#: Not part of the API's contract: docs/metrics.md has it.
router = APIRouter(include_in_schema=False)
PATH: Final = "/metrics"


@router.get(PATH)
async def get_metrics(services: Context, request: Request) -> Response:
    families = await services.store_metrics.read()
    # Off the event loop: /proc and the processes' files take some milliseconds.
    text, media_type = await asyncio.to_thread(_written, request.headers.get("accept", ""), families)
    return Response(text, headers={"Content-Type": media_type, "Cache-Control": "no-store"})


def _written(accept: str, families: list[Metric]) -> tuple[bytes, str]:
    folder = shared_folder()
    # Of several processes each is a child of the one that keeps them.
    root = os.getpid() if folder is None else os.getppid()
    return exposition(accept, folder, (*memory_families(root), *families))
