"""What is wrong with who asks, or with how much."""

from shared.errors.problem import ServiceError


class Unauthenticated(ServiceError):
    """This needs an API key that counts: send `Authorization: Bearer ak_...`."""

    status, problem, title = 401, "unauthenticated", "Not authenticated"


class ScopeMissing(ServiceError):
    """The API key has not the scope that this needs."""

    status, problem, title = 403, "scope-missing", "Scope missing"


class RateLimited(ServiceError):
    """This client asks more than it may. Try again after the seconds that Retry-After names."""

    status, problem, title, retry_after_s = 429, "rate-limited", "Too many requests", 1


class TooManyJobs(ServiceError):
    """This client has as many jobs queued or running as it may; nothing was queued. Wait until some have ended."""

    status, problem, title, retry_after_s = 429, "too-many-jobs", "Too many jobs at once", 5


class KeyNotFound(ServiceError):
    """No such API key, or it was revoked."""

    status, problem, title = 404, "key-not-found", "API key not found"


class KeysNotInUse(ServiceError):
    """This service runs without API keys (AUTH=none). `python -m gateway.keys` makes them all the same."""

    status, problem, title = 409, "keys-not-in-use", "API keys not in use"
