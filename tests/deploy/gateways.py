"""Images of gateways that go wrong, each in its own way; made of the real one."""

from pathlib import Path
from typing import Final

from tests.compose.engine import IMAGES, docker, inspect

#: Answers what a health check asks. To all else nothing good; or, where it says `DIRECT`, only to those who do not come
#: by way of the proxy.
_PRETENDER: Final = """
import json, os
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

class Handler(BaseHTTPRequestHandler):
    def answer(self):
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        direct = "DIRECT" in os.environ and "X-Forwarded-For" not in self.headers
        self.send_response(200 if direct or self.path.startswith("/health/") else 500)
        body = json.dumps({"id": "job_pretended", "state": "succeeded", "anonymized_text": "none"}).encode()
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    do_GET = do_POST = do_DELETE = answer
    def log_message(self, *arguments): pass

ThreadingHTTPServer(("0.0.0.0", 8000), Handler).serve_forever()
"""
_QUICK_CHECK: Final = 'HEALTHCHECK --interval=1s --timeout=5s --retries=2 CMD ["false"]'
_PRETENDS: Final = 'COPY pretender.py /pretender.py\nCMD ["python", "/pretender.py"]'

#: By name, what is done to the real image.
CHANGES: Final = {
    "good": "LABEL second=yes",
    "crashing": 'CMD ["false"]',
    "unhealthy": f'CMD ["sleep", "infinity"]\n{_QUICK_CHECK}',
    "pretending": _PRETENDS,
    "pretending-directly": f"{_PRETENDS}\nENV DIRECT=1",
}


def build(name: str, folder: Path) -> str:
    """A tag of its own."""
    context = folder / name
    context.mkdir()
    (context / "pretender.py").write_text(_PRETENDER, encoding="utf-8")
    (context / "Dockerfile").write_text(f"FROM {IMAGES['GATEWAY_IMAGE']}\n{CHANGES[name]}\n", encoding="utf-8")
    tag = f"anonymization-api/gateway:deploy-{name}"
    docker("build", "--quiet", "--tag", tag, str(context))
    return tag


def image_id(tag: str) -> str:
    """sha256:..., as an image that was loaded is named."""
    return str(inspect("image", tag)["Id"])
