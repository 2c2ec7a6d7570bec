"""The webhook client with a test's settings, and one request to send."""

from shared.settings import Settings
from tests.services.certificates import Authority
from tests.services.name_server import NameServer
from tests.services.raw_endpoint import RawEndpoint
from worker.delivery.http_client import Answer, WebhookClient

BODY = b'{"type":"job.succeeded"}'


def client(
    *allowed: str, timeout_s: float = 60.0, name_server: NameServer | None = None, authority: Authority | None = None
) -> WebhookClient:
    return WebhookClient(
        Settings(
            webhook_allowed_hosts=allowed,
            webhook_timeout_s=timeout_s,
            webhook_name_servers=(name_server.entry,) if name_server else (),
            webhook_ca_file=authority.file if authority else None,
        )
    )


def send(client: WebhookClient, url: str) -> Answer:
    return client.send(url, {"webhook-id": "msg_1", "content-type": "application/json"}, BODY)


def send_to(endpoint: RawEndpoint, *, timeout_s: float = 60.0) -> Answer:
    return send(client("127.0.0.1", timeout_s=timeout_s), f"http://127.0.0.1:{endpoint.port}/hook?a=1")
