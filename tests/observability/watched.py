"""A service with everything that can be watched, and a Prometheus that watches it."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from deploy.local.valkey import free_port
from tests.observability.prometheus import TOKEN, Prometheus
from tests.services.receiver import Receiver, Reply
from tests.services.stack import Stack

TEXT = "Angela Merkel met Emmanuel Macron in Paris on 3 May 2019."
FRENCH = "Marie Dupont a rencontré Jean Durand à Lyon le 3 mai 2019."
_STORE_LIMIT = 1_000_000_000


@dataclass(frozen=True)
class Watched:
    stack: Stack
    receiver: Receiver
    prometheus: Prometheus

    def work(self, text: str = TEXT) -> None:
        """Some of everything: jobs that succeed and fail, small and big, with webhooks that fail once."""
        stack = self.stack
        for _ in range(5):
            assert stack.http.post("/entities", json={"text": text}).status_code == 200
        told = stack.submit(text, webhook={"url": f"{self.receiver.url}/told"})
        french = stack.submit(FRENCH, language="fr")
        many = stack.http.post("/v1/jobs", json={"documents": [{"text": text}] * 600}).json()["id"]
        broken = stack.http.post("/v1/jobs", json={"documents": [{"text": " "}]})
        for job_id in (told, french, many):
            assert stack.job(job_id, wait_s=60)["state"] == "succeeded"
        assert broken.status_code == 202, broken.text
        assert stack.job(broken.json()["id"], wait_s=60)["state"] == "failed"
        stack.http.get("/v1/nowhere")


@contextmanager
def watched(folder: Path, *, interval: str) -> Iterator[Watched]:
    """Scraped every `interval`."""
    (folder / "temporary").mkdir()
    ports = {"gateway": 0, "worker": free_port(), "courier": free_port()}
    settings = {
        "WEBHOOK_ALLOWED_HOSTS": "127.0.0.1",
        "WEBHOOK_SCHEDULE_SCALE": "0.001",
        "METRICS_TOKEN": TOKEN,
        "TMPDIR": str(folder / "temporary"),
    }
    with ExitStack() as undo:
        receiver = Receiver(lambda _, number: Reply(500 if number % 3 == 1 else 200))
        undo.callback(receiver.end)
        stack = Stack(folder, settings)
        undo.callback(stack.end)
        stack.valkey.client().config_set("maxmemory", str(_STORE_LIMIT))
        stack.start_worker(METRICS_PORT=str(ports["worker"]))
        stack.start_courier(METRICS_PORT=str(ports["courier"]))
        ports["gateway"] = stack.port
        prometheus = Prometheus(folder, ports, interval=interval)
        undo.callback(prometheus.end)
        yield Watched(stack, receiver, prometheus)
