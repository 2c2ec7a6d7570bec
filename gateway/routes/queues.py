"""GET /v1/queues: what waits for each model, and how fast it is taken."""

from typing import Annotated, Final

from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field

from gateway.dependencies import Context
from gateway.problem_responses import problems
from shared.errors import StoreUnavailable
from shared.jobs.reads import read_queued, read_rate
from shared.model_catalogue import BULK

router = APIRouter(tags=["models"])


class QueueOfModel(BaseModel):
    """One lane, with that of its big jobs."""

    model: Annotated[str, Field(description="A model's id, or auto_<size> for texts whose language is to be found.")]
    queued: Annotated[int, Field(description="Units of work that wait: jobs, or parts of big jobs.")]
    claimed_per_s: Annotated[float, Field(description="Over the last half minute.")]
    workers: int
    processes: int


class QueuesView(BaseModel):
    workers: int
    queues: list[QueueOfModel]


_RATE_DIGITS: Final = 2


@router.get(
    "/v1/queues",
    response_model=QueuesView,
    summary="What waits for each model",
    responses=problems(StoreUnavailable),
)
async def get_queues(services: Context) -> Response:
    served = await services.models.read()
    # Lanes whose workers are away may have jobs that wait for them.
    lanes = sorted(lane for lane in served.lanes | served.missing_lanes if not lane.endswith(BULK))
    names = [name for lane in lanes for name in (lane, lane + BULK)]
    found = await services.store.run_all([*map(read_queued, names), *map(read_rate, names)])
    queued, rates = found[: len(names)], found[len(names) :]
    view = QueuesView(
        workers=len(served.workers),
        queues=[
            QueueOfModel(
                model=lane,
                queued=sum(queued[place : place + 2]),
                claimed_per_s=round(sum(rates[place : place + 2]), _RATE_DIGITS),
                workers=sum(lane in worker.lanes for worker in served.workers),
                processes=served.processes(lane),
            )
            for place, lane in zip(range(0, len(names), 2), lanes, strict=True)
        ],
    )
    return JSONResponse(view.model_dump(mode="json"), headers={"Cache-Control": "no-store"})
