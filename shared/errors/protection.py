"""What is refused before a route is asked."""

from shared.errors.problem import ServiceError
from shared.errors.requests import InvalidRequest


class MalformedRequest(ServiceError):
    """This is not HTTP/1.1 as RFC 9112 has it; the connection was closed."""

    status, problem, title = 400, "malformed-request", "Malformed request"


class OriginNotAllowed(ServiceError):
    """Pages of this origin may not ask this, or not so. The operator names origins in CORS_ORIGINS."""

    status, problem, title = 403, "origin-not-allowed", "Origin not allowed"


class RequestTimeout(ServiceError):
    """The request came too slowly, or stopped; the connection was closed. Send it again."""

    status, problem, title = 408, "request-timeout", "Request timeout"


class TargetTooLong(ServiceError):
    """The path with its query is longer than this service takes."""

    status, problem, title = 414, "target-too-long", "Target too long"


class HostNotServed(ServiceError):
    """This service does not answer for the Host that the request names. The operator names hosts in ALLOWED_HOSTS."""

    status, problem, title = 421, "host-not-served", "Host not served"


class JsonTooComplex(InvalidRequest):
    """The JSON is nested more deeply, or has more values, than this service takes."""

    problem, title = "json-too-complex", "JSON too complex"


class HeadersTooLarge(ServiceError):
    """The headers are more, or longer, than this service takes."""

    status, problem, title = 431, "headers-too-large", "Headers too large"


class TooManyConnections(ServiceError):
    """As many clients are connected as this service takes. Try again in a few seconds."""

    status, problem, title, retry_after_s = 503, "too-many-connections", "Too many connections", 5
