"""What can be wrong with webhooks."""

from shared.errors.problem import ServiceError
from shared.errors.requests import InvalidRequest


class WebhookUrlRefused(InvalidRequest):
    """Webhooks may not go to this URL; errors say why. It takes https, a public host, and port 443 or 8443."""

    problem, title = "webhook-url-refused", "Webhook URL refused"


class WebhookEndpointNotFound(ServiceError):
    """No such webhook endpoint; PUT makes one."""

    status, problem, title = 404, "webhook-endpoint-not-found", "Webhook endpoint not found"


class TooManyWebhookEndpoints(ServiceError):
    """You have as many webhook endpoints as this service takes; delete one first."""

    status, problem, title = 409, "too-many-webhook-endpoints", "Too many webhook endpoints"


class WebhookEndpointDisabled(ServiceError):
    """The webhook endpoint is disabled; it says why and since when. POST .../enable first."""

    status, problem, title = 409, "webhook-endpoint-disabled", "Webhook endpoint disabled"


class DeliveryNotFound(ServiceError):
    """No such delivery: its id is wrong, or its retention has run out."""

    status, problem, title = 404, "delivery-not-found", "Delivery not found"
