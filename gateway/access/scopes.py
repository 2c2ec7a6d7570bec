"""What a key may do, and which of it each route needs: one table, which a test holds complete."""

import re
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Final

from fastapi.routing import iter_route_contexts
from starlette.routing import BaseRoute, compile_path


class Scope(StrEnum):
    """What a key may do. None includes another: `admin` reads no texts."""

    #: Submit and cancel; keep templates, webhook endpoints and secrets.
    JOBS_WRITE = "jobs:write"
    #: Look at jobs, results, deliveries, templates, endpoints.
    JOBS_READ = "jobs:read"
    JOBS_ERASE = "jobs:erase"
    DEANONYMIZE = "deanonymize"
    #: What Prometheus reads; METRICS_TOKEN opens it without a key.
    METRICS_READ = "metrics:read"
    #: Keys, limits of clients, and what an operator looks after.
    ADMIN = "admin"


class Level(StrEnum):
    """What a route asks of those whom it asks for no scope."""

    #: Nothing at all.
    PUBLIC = "public"
    #: A key, whatever its scopes.
    ANY_KEY = "any key"


Need = Scope | Level

#: Method and path of every route.
NEEDS: Final[Mapping[tuple[str, str], Need]] = {
    ("GET", "/health/live"): Level.PUBLIC,
    ("GET", "/health/ready"): Level.PUBLIC,
    ("GET", "/"): Level.PUBLIC,
    ("GET", "/page/{name}"): Level.PUBLIC,
    ("GET", "/docs"): Level.PUBLIC,
    ("GET", "/openapi.json"): Level.PUBLIC,
    ("GET", "/v1/webhook-keys"): Level.PUBLIC,
    ("GET", "/metrics"): Scope.METRICS_READ,
    ("GET", "/v1/models"): Level.ANY_KEY,
    ("GET", "/v1/queues"): Level.ANY_KEY,
    ("GET", "/v1/entity-types"): Level.ANY_KEY,
    ("POST", "/entities"): Scope.JOBS_WRITE,
    ("POST", "/v1/jobs"): Scope.JOBS_WRITE,
    ("GET", "/v1/jobs"): Scope.JOBS_READ,
    ("GET", "/v1/jobs/{job_id}"): Scope.JOBS_READ,
    ("GET", "/v1/jobs/{job_id}/result"): Scope.JOBS_READ,
    ("GET", "/v1/jobs/{job_id}/file"): Scope.JOBS_READ,
    ("GET", "/v1/jobs/{job_id}/input"): Scope.JOBS_READ,
    ("GET", "/v1/jobs/{job_id}/events"): Scope.JOBS_READ,
    ("GET", "/v1/jobs/{job_id}/deliveries"): Scope.JOBS_READ,
    ("POST", "/v1/jobs/{job_id}/deliveries/{delivery_id}/redeliver"): Scope.JOBS_WRITE,
    ("POST", "/v1/jobs/{job_id}/cancel"): Scope.JOBS_WRITE,
    ("DELETE", "/v1/jobs/{job_id}"): Scope.JOBS_ERASE,
    ("POST", "/v1/deanonymize"): Scope.DEANONYMIZE,
    ("GET", "/v1/templates"): Scope.JOBS_READ,
    ("GET", "/v1/templates/{name}"): Scope.JOBS_READ,
    ("PUT", "/v1/templates/{name}"): Scope.JOBS_WRITE,
    ("DELETE", "/v1/templates/{name}"): Scope.JOBS_WRITE,
    ("GET", "/v1/webhook-endpoints"): Scope.JOBS_READ,
    ("GET", "/v1/webhook-endpoints/{endpoint_id}"): Scope.JOBS_READ,
    ("GET", "/v1/webhook-endpoints/{endpoint_id}/deliveries"): Scope.JOBS_READ,
    ("PUT", "/v1/webhook-endpoints/{endpoint_id}"): Scope.JOBS_WRITE,
    ("DELETE", "/v1/webhook-endpoints/{endpoint_id}"): Scope.JOBS_WRITE,
    ("POST", "/v1/webhook-endpoints/{endpoint_id}/enable"): Scope.JOBS_WRITE,
    ("POST", "/v1/webhook-endpoints/{endpoint_id}/disable"): Scope.JOBS_WRITE,
    ("POST", "/v1/webhook-endpoints/{endpoint_id}/rotate"): Scope.JOBS_WRITE,
    ("POST", "/v1/webhook-endpoints/{endpoint_id}/ping"): Scope.JOBS_WRITE,
    ("POST", "/v1/webhook-secret"): Scope.JOBS_WRITE,
    ("GET", "/v1/dead-letters"): Scope.ADMIN,
    ("POST", "/v1/dead-letters/{job_id}/replay"): Scope.ADMIN,
    ("GET", "/v1/audit"): Scope.ADMIN,
    ("GET", "/v1/keys"): Scope.ADMIN,
    ("POST", "/v1/keys"): Scope.ADMIN,
    ("GET", "/v1/keys/{key_id}"): Scope.ADMIN,
    ("DELETE", "/v1/keys/{key_id}"): Scope.ADMIN,
    ("POST", "/v1/keys/{key_id}/rotate"): Scope.ADMIN,
    ("GET", "/v1/clients/{client}/limits"): Scope.ADMIN,
    ("PUT", "/v1/clients/{client}/limits"): Scope.ADMIN,
    ("DELETE", "/v1/clients/{client}/limits"): Scope.ADMIN,
}

#: Everything below is files of Swagger UI.
_PUBLIC_MOUNT: Final = "/docs/files"
#: By method and number of segments, which leaves a few to try.
_PATTERNS: Final[dict[tuple[str, int], list[tuple[re.Pattern[str], Need]]]] = {}
for (_method, _path), _need in NEEDS.items():
    # The router's own way to read a path, so that both see the same place in it (also where it ends in a line feed).
    _PATTERNS.setdefault((_method, _path.count("/")), []).append((compile_path(_path)[0], _need))


def need_of(method: str, path: str) -> Need:
    """What a request to this place needs. A place that is none needs a key, too."""
    method = "GET" if method == "HEAD" else method
    for pattern, need in _PATTERNS.get((method, path.count("/")), ()):
        if pattern.match(path):
            return need
    if path.startswith(f"{_PUBLIC_MOUNT}/"):
        return Level.PUBLIC
    return Level.ANY_KEY


def check_complete(routes: Sequence[BaseRoute]) -> None:
    """Raises LookupError, which names them, for routes that have no row: any key would open them, or none."""
    places = {
        (method, str(context.path))
        for context in iter_route_contexts(routes)
        # Mounts and web sockets have no methods, and no row either.
        for method in (context.methods or {"ANY"})
        if method != "HEAD" and context.path != _PUBLIC_MOUNT
    }
    missing = sorted(f"{method} {path}" for method, path in places - NEEDS.keys())
    if missing:
        raise LookupError(f"gateway/access/scopes.py does not say what these need: {', '.join(missing)}")
