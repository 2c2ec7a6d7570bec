"""GET /v1/audit: who did what, for the operator."""

from typing import Annotated

from fastapi import APIRouter, Query, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field

from gateway.audit.view import EntryView, entry_view
from gateway.dependencies import Context
from gateway.problem_responses import problems
from shared.audit_chain import read_page
from shared.errors import InvalidRequest, StoreUnavailable

router = APIRouter(prefix="/v1/audit", tags=["audit"])


class AuditView(BaseModel):
    entries: list[EntryView] = Field(description="Oldest first.")
    next_after: int | None = Field(description="`after` of the next page; null at the end.")


@router.get(
    "",
    response_model=AuditView,
    summary="Who did what to which job",
    responses=problems(InvalidRequest, StoreUnavailable),
)
async def get_audit(
    services: Context,
    after: Annotated[int, Query(ge=0, le=10**15, description="Entries with a larger number.")] = 0,
    limit: Annotated[int, Query(ge=1, le=1_000)] = 100,
) -> Response:
    """What was done in the last AUDIT_CHAIN_S may not stand in it yet."""
    entries = (await services.store.run(read_page(after, limit))).entries
    view = AuditView(
        entries=[entry_view(each) for each in entries],
        next_after=entries[-1].sequence if len(entries) == limit else None,
    )
    return JSONResponse(view.model_dump(mode="json"), headers={"Cache-Control": "no-store"})
