"""Assembles the gateway."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Final

from fastapi import FastAPI
from fastapi.telemetry import TelemetryConfig
from redis.asyncio import Redis

from gateway import documentation, openapi, problems, protection
from gateway.access.api_key import load_pepper
from gateway.access.entrance import Entrance
from gateway.access.scopes import check_complete
from gateway.audit.chainer import Chainer
from gateway.durability import DurableWrites
from gateway.metrics.store_metrics import StoreMetrics
from gateway.publisher import Publisher
from gateway.queue_rates import QueueRates
from gateway.routes import (
    audit,
    dead_letters,
    deanonymize,
    deliveries,
    entities,
    entity_types,
    events,
    health,
    inputs,
    jobs,
    keys,
    metrics,
    models,
    page,
    queues,
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
from shared.exposure import check_exposure
from shared.jobs.store import AsyncStore
from shared.log import configure_logging
from shared.messages import make_celery
from shared.redis import connect_async
from shared.settings import Settings, get_settings
from shared.traces.opening import open_traces

_DESCRIPTION = """Finds what identifies people in a text, and hides it. Work is queued: submit, then poll, wait, or use
the synchronous `POST /entities`. Every error is `application/problem+json` (RFC 9457)."""
_NO_TELEMETRY: Final[TelemetryConfig] = {
    "tracing": False,
    "metrics": False,
    "logs": False,
    "operation_spans": False,
    "auto_configure": False,
}
_ROUTES: Final = (
    audit,
    dead_letters,
    deanonymize,
    deliveries,
    entities,
    entity_types,
    events,
    health,
    inputs,
    jobs,
    keys,
    metrics,
    models,
    page,
    queues,
    results,
    submit,
    templates,
    webhooks,
)


def make_app(settings: Settings | None = None) -> FastAPI:
    """The ASGI application. Raises ValueError for an encryption key or model that cannot be."""
    settings = settings or get_settings()
    check_exposure(settings)
    configure_logging(settings, "gateway")
    # A wrong WEBHOOK_ALLOWED_HOSTS ends the start, not the first request.
    policy_of(settings)
    connection = connect_async(settings)
    services = _services_of(settings, connection)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        listener = asyncio.create_task(services.wakeups.run())
        chainer = asyncio.create_task(Chainer(services.store, services.key_ring, settings).run())
        yield
        services.wakeups.close()
        for task in (listener, chainer):
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
        services.publisher.close()
        await services.durable.close()
        await connection.aclose()
        await asyncio.to_thread(services.traces.close)

    app = FastAPI(
        title="anonymization-api",
        version="0.1.0",
        description=_DESCRIPTION,
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        openapi_url="/openapi.json" if settings.docs else None,
        # Its own records messages of exceptions and what was refused, wherever OpenTelemetry's variables are set.
        telemetry=_NO_TELEMETRY,
        # Old clients of POST /entities may send no Content-Type.
        strict_content_type=False,
    )
    app.state.services = services
    problems.install(app)
    # Added first, so it stands within the others.
    app.add_middleware(Entrance, services=services)
    protection.install(app, settings, services.traces)
    for route in _ROUTES:
        app.include_router(route.router)
    openapi.install(app)
    if settings.docs:
        documentation.install(app)
    check_complete(app.routes)
    return app


def _services_of(settings: Settings, connection: Redis) -> Services:
    store = AsyncStore(connection)
    return Services(
        settings=settings,
        store=store,
        key_ring=load_key_ring(settings),
        wakeups=Wakeups(connection),
        publisher=Publisher(make_celery(settings)),
        models=ServedModels(store, settings),
        rates=QueueRates(store),
        durable=DurableWrites(store, settings.store_timeout_s),
        store_metrics=StoreMetrics(store, settings),
        pepper=load_pepper(settings) if settings.auth == "keys" else None,
        traces=open_traces(settings, "gateway"),
    )
