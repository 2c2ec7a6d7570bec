"""What a hostile client meets: limits of connection, headers, body and JSON; named hosts and origins."""

from typing import Final

from fastapi import FastAPI

from gateway.file_submission import upload_limits
from gateway.protection.bodies import BodyLimit
from gateway.protection.cross_origin import CrossOrigin
from gateway.protection.edge import Edge
from gateway.protection.hosts import AllowedHosts
from shared.settings import Settings

#: Without keys any page that a name server points here by its own name could ask (DNS rebinding).
_LOOPBACK: Final = ("localhost", "127.0.0.1", "[::1]")


def install(app: FastAPI, settings: Settings) -> None:
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
        app.add_middleware(AllowedHosts, hosts=hosts)
    app.add_middleware(Edge, is_https=settings.public_url.startswith("https://"))
