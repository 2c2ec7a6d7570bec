"""Assembles the gateway."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Final

import fastapi_offline
from fastapi import FastAPI
from fastapi.openapi.docs import get_swagger_ui_html
from fastapi.responses import HTMLResponse
from starlette.staticfiles import StaticFiles

from gateway import openapi, problems
from gateway.file_submission import upload_limits
from gateway.limits import BodyLimit
from gateway.publisher import Publisher
from gateway.queue_rates import QueueRates
from gateway.routes import (
    deanonymize,
    deliveries,
    entities,
    entity_types,
    events,
    health,
    jobs,
    models,
    results,
    submit,
    templates,
    webhooks,
)
from gateway.served_models import ServedModels
from gateway.services import Services
from gateway.waiting import Wakeups
from shared.address_guard import policy_of
from shared.cipher import load_key_ring
from shared.jobs.store import AsyncStore
from shared.log import configure_logging
from shared.messages import make_celery
from shared.redis import connect_async
from shared.settings import Settings, get_settings

_DESCRIPTION = """Finds what identifies people in a text, and hides it. Work is queued: submit, then poll, wait, or use
the synchronous `POST /entities`. Every error is `application/problem+json` (RFC 9457)."""
_ROUTES: Final = (
    deanonymize,
    deliveries,
    entities,
    entity_types,
    events,
    health,
    jobs,
    models,
    results,
    submit,
    templates,
    webhooks,
)


def make_app(settings: Settings | None = None) -> FastAPI:
    """The ASGI application. Raises ValueError for an encryption key or model that cannot be."""
    settings = settings or get_settings()
    configure_logging(settings, "gateway")
    # A wrong WEBHOOK_ALLOWED_HOSTS ends the start, not the first request.
    policy_of(settings)
    connection = connect_async(settings)
    store = AsyncStore(connection)
    services = Services(
        settings=settings,
        store=store,
        key_ring=load_key_ring(settings),
        wakeups=Wakeups(connection),
        publisher=Publisher(make_celery(settings)),
        models=ServedModels(store, settings),
        rates=QueueRates(store),
    )

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        listener = asyncio.create_task(services.wakeups.run())
        yield
        listener.cancel()
        with suppress(asyncio.CancelledError):
            await listener
        services.publisher.close()
        await connection.aclose()

    app = FastAPI(
        title="anonymization-api",
        version="0.1.0",
        description=_DESCRIPTION,
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        # Old clients of POST /entities may send no Content-Type.
        strict_content_type=False,
    )
    app.state.services = services
    problems.install(app)
    app.add_middleware(
        BodyLimit,
        max_bytes=settings.max_body_bytes,
        max_upload_bytes=upload_limits(settings).max_body_bytes,
    )
    for route in _ROUTES:
        app.include_router(route.router)
    openapi.install(app)
    _add_docs(app)
    return app


def _add_docs(app: FastAPI) -> None:
    """Swagger UI from files of an installed package: no outside host is asked."""
    files = Path(fastapi_offline.__file__).with_name("static")
    app.mount("/docs/files", StaticFiles(directory=files), name="docs-files")

    @app.get("/docs", include_in_schema=False)
    async def docs() -> HTMLResponse:
        return get_swagger_ui_html(
            openapi_url="/openapi.json",
            title="anonymization-api",
            swagger_js_url="/docs/files/swagger-ui-bundle.js",
            swagger_css_url="/docs/files/swagger-ui.css",
            swagger_favicon_url="/docs/files/favicon.png",
        )
