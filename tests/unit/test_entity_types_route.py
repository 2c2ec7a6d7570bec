"""GET /v1/entity-types says of each type what a caller must know to ask for it."""

from collections.abc import Iterator
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from gateway.routes.entity_types import router
from shared.entity_types import COUNTRIES, ENTITY_TYPES
from shared.options import Options


@pytest.fixture(scope="module")
def listed() -> Iterator[dict[str, Any]]:
    app = FastAPI()
    app.include_router(router)
    with TestClient(app) as client:
        yield client.get("/v1/entity-types").json()


def test_every_type_is_listed_with_its_languages_recognizers_examples_and_countries(listed: dict[str, Any]) -> None:
    types = {each["name"]: each for each in listed["entity_types"]}
    assert set(types) == set(ENTITY_TYPES)
    assert types["VAT_ID"]["recognizers"] == ["identity_uk", "identity_fr", "identity_other"]
    assert types["VAT_ID"]["languages"] == ["en", "fr"]
    assert "FR" in types["VAT_ID"]["countries"]
    assert types["EMAIL_ADDRESS"]["countries"] == []
    assert all(each["languages"] and each["recognizers"] for each in types.values())
    assert types["UK_NINO"]["examples"]


def test_every_type_and_country_that_is_listed_may_be_asked_for(listed: dict[str, Any]) -> None:
    Options(entity_types=tuple(each["name"] for each in listed["entity_types"]), countries=tuple(listed["countries"]))
    assert listed["countries"] == list(COUNTRIES)
    assert {code for each in listed["entity_types"] for code in each["countries"]} == set(COUNTRIES)
