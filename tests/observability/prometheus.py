"""A real Prometheus on the service's own configuration, but for where the processes are."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import httpx2 as httpx

from deploy.local.valkey import free_port
from tests.services.processes import ROOT, Program, eventually

FOLDER: Final = ROOT / "deploy" / "observability"
TOKEN: Final = "a-token-for-prometheus"
_TARGETS: Final = re.compile(r"dns_sd_configs:\n\s+- \{names: \[(\w+)\], [^}]*\}")


class Prometheus:
    """Scrapes `ports` (job -> port of this machine) every `interval`."""

    def __init__(self, folder: Path, ports: Mapping[str, int], *, interval: str) -> None:
        self.folder = folder / "prometheus"
        self.folder.mkdir()
        token = folder / "metrics_token"
        token.write_text(f"{TOKEN}\n", encoding="utf-8")
        port = free_port()
        command = ["prometheus", f"--config.file={self._configured(ports, interval, token)}", "--log.level=warn"]
        command += [f"--storage.tsdb.path={self.folder}/data", f"--web.listen-address=127.0.0.1:{port}"]
        self.http = httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30)
        self._program = Program(command, folder / "prometheus.log", {})
        eventually(self._is_ready, what=f"Prometheus is ready; see {folder}/prometheus.log")

    def end(self) -> None:
        self.http.close()
        self._program.end()

    def query(self, expression: str) -> list[dict[str, Any]]:
        """What the expression gives now. Fails with Prometheus' own words for one that it does not read."""
        return self._result("/api/v1/query", query=expression)

    def query_range(self, expression: str, *, start: float, end: float, step_s: float) -> list[dict[str, Any]]:
        bounds = {"start": str(start), "end": str(end), "step": str(step_s)}
        return self._result("/api/v1/query_range", query=expression, **bounds)

    def get(self, path: str) -> Any:
        answer = self.http.get(path)
        assert answer.status_code == 200, answer.text
        return answer.json()["data"]

    def _result(self, path: str, **data: str) -> list[dict[str, Any]]:
        answer = self.http.post(path, data=data)
        assert answer.status_code == 200, f"{data['query']}: {answer.text}"
        return list(answer.json()["data"]["result"])

    def _configured(self, ports: Mapping[str, int], interval: str, token: Path) -> Path:
        """The deployed files, with addresses, paths and times of this machine."""

        def target(found: re.Match[str]) -> str:
            return f"static_configs:\n      - targets: ['127.0.0.1:{ports[found[1]]}']"

        text, found = _TARGETS.subn(target, (FOLDER / "prometheus.yml").read_text(encoding="utf-8"))
        assert found == len(ports), "each job of the configuration has a target here"
        for deployed, here in (
            ("/run/secrets/metrics_token", str(token)),
            ("/etc/prometheus/alerts.yml", str(FOLDER / "alerts.yml")),
            ("scrape_interval: 15s", f"scrape_interval: {interval}"),
            ("evaluation_interval: 15s", f"evaluation_interval: {interval}"),
            ("    scrape_timeout: 5s\n", ""),
        ):
            assert deployed in text, deployed
            text = text.replace(deployed, here)
        path = self.folder / "prometheus.yml"
        path.write_text(text.replace("global:\n", f"global:\n  scrape_timeout: {interval}\n"), encoding="utf-8")
        return path

    def _is_ready(self) -> bool:
        try:
            return self.http.get("/-/ready").status_code == 200
        except httpx.TransportError:
            return False
