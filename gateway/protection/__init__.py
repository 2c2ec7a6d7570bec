"""What a hostile client meets: limits of connection, headers, body and JSON; named hosts and origins."""

from typing import Final

from fastapi import FastAPI

from gateway.file_submission import upload_limits
from gateway.protection.bodies import BodyLimit
from gateway.protection.cross_origin import CrossOrigin
from gateway.protection.edge import Edge
from gateway.protection.hosts import AllowedHosts
from gateway.protection.request_traces import RequestTraces
from gateway.routes import metrics
from shared.settings import Settings
from shared.traces import OFF, Traces

#: Without keys any page that a name server points here by its own name could ask (DNS rebinding).
_LOOPBACK: Final = ("localhost", "127.0.0.1", "[::1]")


def install(app: FastAPI, settings: Settings, traces: Traces = OFF) -> None:
    """Adds the middleware; what is added last stands outermost."""
    app.add_middleware(
        BodyLimit,
        max_bytes=settings.max_body_bytes,
        max_json_depth=settings.max_json_depth,
        max_json_values=settings.max_json_values,
        max_upload_bytes=upload_limits(settings).max_body_bytes,
    )
    if settings.cors_origins:
        app.add_middleware(CrossOrigin, origins=settings.cors_origins)
    hosts = settings.allowed_hosts or (_LOOPBACK if settings.auth == "none" else ())
    if hosts:
        # A token is asked for, and no page of another name has it.
        any_host = (metrics.PATH,) if settings.metrics_token is not None else ()
        app.add_middleware(AllowedHosts, hosts=hosts, any_host=any_host)
    if traces.is_on:
        app.add_middleware(RequestTraces, traces=traces)
    app.add_middleware(Edge, is_https=settings.public_url.startswith("https://"))
