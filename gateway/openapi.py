"""The OpenAPI document: FastAPI's own, with the schemas of the request bodies that routes read themselves."""

from typing import Any

from fastapi import FastAPI

from gateway.submit_examples import SCHEMAS


def install(app: FastAPI) -> None:
    """Replaces `app.openapi`; the document is made once."""
    made_by_fastapi = app.openapi

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            document = made_by_fastapi()
            schemas = document.setdefault("components", {}).setdefault("schemas", {})
            for name, schema in SCHEMAS.items():
                schemas.setdefault(name, schema)
        return made_by_fastapi()

    # FastAPI's own way to extend the document is to replace this method.
    app.openapi = openapi  # type: ignore[method-assign]
