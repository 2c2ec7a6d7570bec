"""Is the process alive, and can it do its work?"""

from typing import Literal

from fastapi import APIRouter
from pydantic import BaseModel

from gateway.dependencies import Context
from gateway.problem_responses import problems
from shared.errors import NoWorker, StoreUnavailable

router = APIRouter(prefix="/health", tags=["health"])


class Live(BaseModel):
    status: Literal["alive"] = "alive"


class Ready(BaseModel):
    status: Literal["ready"] = "ready"
    workers: int
    models: list[str]


@router.get("/live", summary="The process answers", responses=problems())
async def live() -> Live:
    return Live()


@router.get("/ready", summary="Redis answers and a worker lives", responses=problems(NoWorker, StoreUnavailable))
async def ready(services: Context) -> Ready:
    served = await services.models.read()
    if not served.workers:
        raise NoWorker("No worker is alive; jobs are kept and wait for one.")
    return Ready(workers=len(served.workers), models=[model.key for model in served.models])
