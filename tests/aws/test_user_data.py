"""What the instance runs when it first starts, and each minute after: run here, in a stand-in of its surroundings."""

import base64
import gzip
import json
import os
import re
import stat
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests.aws.stand_in import Aws, Stack

CREDENTIALS = {
    "Code": "Success",
    "AccessKeyId": "ASIAMADEUP",
    "SecretAccessKey": "made/up+secret",
    "Token": "made/up==",
}


class Surroundings(ThreadingHTTPServer):
    """The metadata service with tokens alone, CloudFormation's address for signals, CloudWatch, and the service."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answer)
        self.url = f"http://127.0.0.1:{self.server_address[1]}"
        self.address = ""
        self.is_ready = True
        self.signals: list[dict[str, Any]] = []
        self.reports: list[tuple[dict[str, str], str]] = []


class Answer(BaseHTTPRequestHandler):
    server: Surroundings

    def do_PUT(self) -> None:
        if self.path == "/latest/api/token":
            self._answer("token" if self.headers["X-aws-ec2-metadata-token-ttl-seconds"] else "", 200)
            return
        # AWS' signature of that address covers an empty Content-Type.
        assert not self.headers["Content-Type"]
        self.server.signals.append(json.loads(self._body()))
        self._answer("", 200)

    def do_POST(self) -> None:
        self.server.reports.append((dict(self.headers), self._body()))
        self._answer("", 200)

    def do_GET(self) -> None:
        if self.path == "/health/ready":
            self._answer("", 200 if self.server.is_ready else 503)
            return
        role = "/latest/meta-data/iam/security-credentials/"
        answers = {
            role: "the-role",
            f"{role}the-role": json.dumps(CREDENTIALS, indent=2),
            "/latest/meta-data/public-ipv4": self.server.address,
        }
        is_allowed = self.headers["X-aws-ec2-metadata-token"] == "token"
        self._answer(answers.get(self.path, "") if is_allowed else "", 200 if is_allowed else 401)

    def _body(self) -> str:
        return self.rfile.read(int(self.headers["Content-Length"])).decode()

    def _answer(self, body: str, status: int) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, format: str, *arguments: object) -> None:
        """Says nothing."""


@pytest.fixture
def surroundings() -> Iterator[Surroundings]:
    server = Surroundings()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def start(aws: Aws, parameters: dict[str, str], around: Surroundings, folder: Path, bootstrap: str) -> int:
    """Exit code of the user data, with its folders below `folder`."""
    packed = base64.b64encode(gzip.compress(bootstrap.encode())).decode()
    stack = Stack(
        aws, f"first-start-{folder.name}", {**parameters, "Bootstrap": packed}, ready_url=f"{around.url}/ready?a=1&b=2"
    )
    around.address = stack.outputs()["Address"]
    script = stack.user_data().replace("http://169.254.169.254", around.url)
    for place in ("/usr/local/sbin", "/etc/cron.d", "/root"):
        (folder / place.lstrip("/")).mkdir(parents=True)
        script = re.sub(rf"(?<![\w.]){place}/", f"{folder}{place}/", script)
    return subprocess.run(["bash", "-c", script], check=False, env={**os.environ, "OUT": str(folder)}).returncode


def test_the_first_start_runs_bootstrap_and_tells_it(
    aws: Aws, parameters: dict[str, str], surroundings: Surroundings, tmp_path: Path
) -> None:
    bootstrap = 'printf "%s\\n" "$DOMAIN" "$ACME_EMAIL" "$DEPLOY_KEY" "$MODELS" >"$OUT/given"'
    assert start(aws, parameters, surroundings, tmp_path, bootstrap) == 0
    given = (tmp_path / "given").read_text(encoding="utf-8").splitlines()
    assert given == ["names.example.org", "you@example.org", parameters["DeployKey"], "en_sm fr_sm"]
    assert [signal["Status"] for signal in surroundings.signals] == ["SUCCESS"]
    report = tmp_path / "usr/local/sbin/report"
    assert stat.S_IMODE(report.stat().st_mode) == 0o755
    assert (tmp_path / "etc/cron.d/report").read_text(encoding="utf-8").startswith("* * * * * root ")


def test_a_bootstrap_that_fails_fails_the_stack(
    aws: Aws, parameters: dict[str, str], surroundings: Surroundings, tmp_path: Path
) -> None:
    assert start(aws, parameters, surroundings, tmp_path, "exit 3") != 0
    assert [signal["Status"] for signal in surroundings.signals] == ["FAILURE"]


def test_our_bootstrap_is_what_the_instance_runs(stack: Stack, parameters: dict[str, str]) -> None:
    script = gzip.decompress(base64.b64decode(parameters["Bootstrap"])).decode()
    assert parameters["Bootstrap"] in stack.user_data()
    for variable in ("DOMAIN", "ACME_EMAIL", "DEPLOY_KEY", "MODELS"):
        assert variable in script
    # AWS takes no more.
    assert len(stack.user_data()) < 16384


def report_of(stack: Stack, folder: Path) -> Path:
    script = re.search(r"cat >/usr/local/sbin/report <<'END'\n(.*?)\nEND\n", stack.user_data(), re.DOTALL)
    assert script is not None
    path = folder / "report"
    path.write_text(script[1], encoding="utf-8")
    return path


@pytest.mark.parametrize("is_ready", [True, False])
def test_each_minute_disk_memory_and_readiness_are_reported(
    stack: Stack, surroundings: Surroundings, tmp_path: Path, is_ready: bool
) -> None:
    surroundings.is_ready = is_ready
    environment = {**os.environ, "METADATA_URL": surroundings.url, "MONITORING_URL": surroundings.url}
    environment |= {"SERVICE_URL": surroundings.url}
    subprocess.run(["bash", str(report_of(stack, tmp_path))], check=True, env=environment)
    ((headers, body),) = surroundings.reports
    values = dict(re.findall(r"MetricName=(\w+)&MetricData\.member\.\d\.Value=(\d+)", body))
    assert values["Ready"] == str(int(is_ready))
    assert 0 < int(values["DiskUsed"]) <= 100
    assert 0 < int(values["MemoryUsed"]) <= 100
    assert f"Namespace={stack.name}" in body
    assert headers["Authorization"].startswith("AWS4-HMAC-SHA256 Credential=ASIAMADEUP/")
    assert "/eu-central-1/monitoring/aws4_request" in headers["Authorization"]
    assert "x-amz-security-token" in headers["Authorization"]
    assert headers["X-Amz-Security-Token"] == CREDENTIALS["Token"]
    assert CREDENTIALS["SecretAccessKey"] not in str(headers) + body


def test_cloudwatch_takes_the_report(aws: Aws, stack: Stack, surroundings: Surroundings, tmp_path: Path) -> None:
    environment = {**os.environ, "METADATA_URL": surroundings.url, "MONITORING_URL": aws.url}
    environment |= {"SERVICE_URL": surroundings.url}
    subprocess.run(["bash", str(report_of(stack, tmp_path))], check=True, env=environment)
    metrics = aws.client("cloudwatch").list_metrics(Namespace=stack.name)["Metrics"]
    assert {metric["MetricName"] for metric in metrics} == {"DiskUsed", "MemoryUsed", "Ready"}


def test_an_instance_without_credentials_reports_nothing(
    stack: Stack, surroundings: Surroundings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(CREDENTIALS, "Code", "Failed")
    environment = {**os.environ, "METADATA_URL": f"{surroundings.url}/nowhere", "MONITORING_URL": surroundings.url}
    done = subprocess.run(["bash", str(report_of(stack, tmp_path))], check=False, env=environment, capture_output=True)
    assert done.returncode != 0
    assert surroundings.reports == []
