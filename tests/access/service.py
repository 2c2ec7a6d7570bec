"""What the tests ask of a service with keys."""

import itertools
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2 as httpx

from gateway.access.api_key import Pepper, load_pepper
from gateway.access.issue import issue
from gateway.access.key_views import KeyRequest
from gateway.access.scopes import Scope
from shared.jobs.script import Command
from shared.jobs.store import SyncStore
from shared.settings import Settings
from tests.services.stack import Stack

TEXT = "Jane Doe lives in Leeds."


@dataclass(frozen=True)
class Guarded:
    stack: Stack
    _numbers: Any = field(default_factory=itertools.count)

    @property
    def pepper(self) -> Pepper:
        return load_pepper(Settings(data_dir=Path(self.stack.environment["DATA_DIR"])))

    def run(self, command: Command[Any]) -> Any:
        """Straight at the store."""
        return SyncStore(self.stack.valkey.client()).run(command)

    def new_name(self) -> str:
        return f"client-{next(self._numbers)}"

    def make_key(self, client: str, *scopes: Scope, **fields: Any) -> str:
        issued = issue(KeyRequest(client=client, scopes=scopes, **fields), self.pepper)
        self.run(issued.command)
        return issued.shown

    def new_client(self, *scopes: Scope) -> str:
        return self.make_key(self.new_name(), *scopes)

    def ask(self, key: str | None, method: str, path: str, **fields: Any) -> httpx.Response:
        headers = {**({"Authorization": f"Bearer {key}"} if key else {}), **fields.pop("headers", {})}
        return self.stack.http.request(method, path, headers=headers, **fields)

    def get(self, key: str | None, path: str, status: int = 200) -> Any:
        answer = self.ask(key, "GET", path)
        assert answer.status_code == status, answer.text
        return answer.json()

    def submit(self, key: str, text: str = TEXT, **fields: Any) -> str:
        answer = self.ask(key, "POST", "/v1/jobs", json={"text": text, **fields})
        assert answer.status_code == 202, answer.text
        return str(answer.json()["id"])


def id_of(key: str) -> str:
    return key.rpartition("_")[0]


def problem_of(answer: httpx.Response) -> str:
    assert answer.headers["Content-Type"] == "application/problem+json", answer.text
    return str(answer.json()["type"]).rpartition("/")[2]
