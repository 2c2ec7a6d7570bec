"""GET /v1/entity-types: the catalogue of what can be found."""

from fastapi import APIRouter
from pydantic import BaseModel, Field

from gateway.problem_responses import problems
from shared.entity_types import COUNTRIES, ENTITY_TYPES

router = APIRouter(tags=["entity types"])


class EntityTypeView(BaseModel):
    name: str
    description: str
    languages: tuple[str, ...] = Field(description="Languages of the texts in which it is looked for.")
    countries: tuple[str, ...] = Field(
        description="ISO 3166; the option `countries` chooses among them. Empty: found whatever it says."
    )
    recognizers: tuple[str, ...]
    examples: tuple[str, ...]
    threshold: float = Field(description="Spans that score less are dropped unless the caller says otherwise.")
    is_default: bool = Field(description="Looked for where the caller names no types.")


class EntityTypesView(BaseModel):
    entity_types: list[EntityTypeView]
    countries: tuple[str, ...] = Field(description="What the option `countries` may name: ISO 3166-1 alpha-2.")


_CATALOGUE = EntityTypesView(
    entity_types=[
        EntityTypeView(
            name=each.name,
            description=each.description,
            languages=each.languages,
            countries=each.countries,
            recognizers=each.recognizers,
            examples=each.examples,
            threshold=each.threshold,
            is_default=each.is_default,
        )
        for each in ENTITY_TYPES.values()
    ],
    countries=tuple(COUNTRIES),
)


@router.get("/v1/entity-types", summary="What can be found", responses=problems())
async def get_entity_types() -> EntityTypesView:
    return _CATALOGUE
