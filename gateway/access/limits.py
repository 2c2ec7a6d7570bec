"""What a client may ask: the service's limits, and the headers that tell of them."""

from shared.api_keys import Allowance
from shared.jobs.limits import UNLIMITED, JobLimits
from shared.settings import Settings


def job_limits(settings: Settings) -> JobLimits:
    """Without keys all are one client, which nothing protects from itself."""
    if settings.auth == "none":
        return UNLIMITED
    return JobLimits(settings.max_client_jobs, settings.rate_characters_per_minute)


def rate_headers(allowance: Allowance) -> dict[str, str]:
    """draft-ietf-httpapi-ratelimit-headers-10."""
    return {
        "RateLimit-Policy": f'"requests";q={allowance.burst};w={allowance.window_s}',
        "RateLimit": f'"requests";r={allowance.remaining};t={allowance.reset_s}',
    }
