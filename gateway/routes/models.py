"""GET /v1/models: what live workers serve."""

from fastapi import APIRouter
from pydantic import BaseModel, Field

from gateway.dependencies import Context
from gateway.problem_responses import problems
from shared.errors import StoreUnavailable

router = APIRouter(tags=["models"])


class ModelView(BaseModel):
    id: str
    language: str
    size: str
    package: str = Field(description="The spaCy package.")
    version: str
    labels: tuple[str, ...] = Field(description="spaCy's labels, as POST /entities gives them.")
    workers: int
    processes: int


class ModelsView(BaseModel):
    models: list[ModelView]


@router.get("/v1/models", summary="Models that live workers serve", responses=problems(StoreUnavailable))
async def get_models(services: Context) -> ModelsView:
    served = await services.models.read()
    return ModelsView(
        models=[
            ModelView(
                id=model.key,
                language=model.language,
                size=model.size,
                package=model.package,
                version=model.version,
                labels=model.labels,
                workers=sum(model.key in worker.lanes for worker in served.workers),
                processes=served.processes(model.key),
            )
            for model in served.models
        ]
    )
