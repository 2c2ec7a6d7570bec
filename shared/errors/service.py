"""What can be wrong on our side."""

from shared.errors.problem import ServiceError


class ModelUnavailable(ServiceError):
    """No worker serves this model."""

    status, problem, title = 422, "model-unavailable", "Model not served"


class NoWorker(ServiceError):
    """No worker for this model is alive at the moment; nothing was queued. Try again in a few seconds."""

    status, problem, title, retry_after_s = 503, "no-worker", "No worker alive", 5


class StoreUnavailable(ServiceError):
    """The job store does not answer. Try again in a few seconds."""

    status, problem, title, retry_after_s = 503, "store-unavailable", "Job store unavailable", 5


class QueueFull(ServiceError):
    """Too many jobs wait; nothing was queued. Try again after the seconds that Retry-After names."""

    status, problem, title, retry_after_s = 503, "queue-full", "Queue full", 10


class NotDurable(ServiceError):
    """The store could not promise in time that the job is on disk; it was dropped. Try again in a few seconds."""

    # The operator asked for it by REQUIRE_DURABLE.

    status, problem, title, retry_after_s = 503, "not-durable", "Job not on disk", 5


class AuditBroken(ServiceError):
    """The audit log is not as it was signed. The operator's `python -m gateway.audit verify` says where."""

    problem, title = "audit-broken", "Audit log broken"


class ModelNotInstalled(ServiceError):
    """None of the packages of this model is installed on the worker."""

    problem, title = "model-not-installed", "Model not installed"
