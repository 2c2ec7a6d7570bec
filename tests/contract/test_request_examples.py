"""Each request that /docs shows is accepted as it stands there."""

from typing import Any, Final

import pytest

from gateway.openapi import operations
from tests.services.documented import document
from tests.services.stack import Stack

_EXAMPLES: Final = [
    pytest.param(method, path, example["value"], id=f"{method} {path}: {name}")
    for method, path, operation in operations(document())
    for name, example in operation.get("requestBody", {})
    .get("content", {})
    .get("application/json", {})
    .get("examples", {})
    .items()
]
#: What stands for the parameters of a path.
_NAMES: Final = {"{endpoint_id}": "shown", "{name}": "shown", "{client}": "shown"}


@pytest.mark.parametrize(("method", "path", "body"), _EXAMPLES)
@pytest.mark.usefixtures("made")
def test_an_example_of_the_document(contract_stack: Stack, method: str, path: str, body: Any) -> None:
    if "{key_id}" in path:
        # One of its own: another test may have revoked what there is.
        key = contract_stack.http.post("/v1/keys", json={"client": "shown", "scopes": ["jobs:read"]})
        path = path.replace("{key_id}", key.json()["id"])
    for parameter, value in _NAMES.items():
        path = path.replace(parameter, value)
    answer = contract_stack.http.request(method, path, json=body)
    assert answer.is_success, answer.text
    if path == "/v1/jobs":
        job = contract_stack.job(answer.json()["id"], wait_s=60)
        assert (job["state"], job["counts"]["failed"]) == ("succeeded", 0)
