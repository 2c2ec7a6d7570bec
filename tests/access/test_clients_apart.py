"""What is another client's does not exist: every route with a parameter is asked for it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from gateway.access.scopes import NEEDS, Scope
from shared.cipher import load_key_ring
from shared.settings import Settings
from shared.tokens import TWEAK_BYTES, TokenKey, seal_token
from tests.access.service import TEXT, Guarded, id_of, problem_of

EVERYTHING = tuple(scope for scope in Scope if scope is not Scope.ADMIN)
URL = "http://127.0.0.1:9/hook"
#: Places at which a client makes what it names: under the same name each has its own.
MADE_BY_NAME: Mapping[str, Any] = {
    "/v1/templates/{name}": {"operators": {"default": {"name": "redact"}}},
    "/v1/webhook-endpoints/{endpoint_id}": {"url": f"{URL}/other"},
}
PLACES = sorted(
    (
        (method, path)
        for (method, path), need in NEEDS.items()
        if "{" in path and path.startswith("/v1/") and need is not Scope.ADMIN
    ),
    key=lambda place: (place[0] == "DELETE", place),
)
ASKED = [place for place in PLACES if place not in {("PUT", path) for path in MADE_BY_NAME}]


@dataclass(frozen=True)
class Owned:
    """One client's key, and everything that it can have."""

    key: str
    names: Mapping[str, str]

    def path(self, template: str) -> str:
        """A parameter that has no name here is a KeyError: what it names must be made, and asked for."""
        return template.format_map(self.names)


@pytest.fixture(scope="module")
def owner(guarded: Guarded) -> Owned:
    key = guarded.new_client(*EVERYTHING)
    for path, body in MADE_BY_NAME.items():
        made = guarded.ask(key, "PUT", path.format(name="mine", endpoint_id="mine"), json=body)
        assert made.status_code == 201, made.text
    job_id = guarded.submit(key, keep_input=True, webhook={"url": URL})
    assert guarded.ask(key, "POST", f"/v1/jobs/{job_id}/cancel").status_code == 200
    (delivery,) = [
        each for each in guarded.get(key, f"/v1/jobs/{job_id}/deliveries")["deliveries"] if each["endpoint"] is None
    ]
    names = {"job_id": job_id, "delivery_id": delivery["id"], "name": "mine", "endpoint_id": "mine"}
    return Owned(key, names)


@pytest.fixture(scope="module")
def stranger(guarded: Guarded) -> str:
    return guarded.new_client(*EVERYTHING)


@pytest.mark.parametrize(("method", "template"), ASKED)
def test_another_clients_is_not_there(
    guarded: Guarded, owner: Owned, stranger: str, method: str, template: str
) -> None:
    answer = guarded.ask(stranger, method, owner.path(template))
    assert answer.status_code == 404, answer.text
    assert problem_of(answer) in {"job-not-found", "template-not-found", "webhook-endpoint-not-found"}


@pytest.mark.parametrize("template", MADE_BY_NAME)
def test_under_the_same_name_each_client_has_its_own(
    guarded: Guarded, owner: Owned, stranger: str, template: str
) -> None:
    path = owner.path(template)
    before = guarded.get(owner.key, path)
    body = {"url": f"{URL}/stranger"} if "url" in MADE_BY_NAME[template] else {}
    assert guarded.ask(stranger, "PUT", path, json=body).status_code == 201
    assert guarded.get(owner.key, path) == before
    assert guarded.ask(stranger, "DELETE", path).status_code == 204
    assert guarded.get(owner.key, path) == before


@pytest.mark.parametrize("path", ["/v1/jobs", "/v1/templates", "/v1/webhook-endpoints"])
def test_lists_hold_a_clients_own(guarded: Guarded, owner: Owned, stranger: str, path: str) -> None:
    assert [value for value in guarded.get(stranger, path).values() if value] == []
    assert [value for value in guarded.get(owner.key, path).values() if value] != []


def test_a_strangers_cursor_begins_in_its_own_list(guarded: Guarded, owner: Owned, stranger: str) -> None:
    guarded.submit(owner.key)
    cursor = guarded.get(owner.key, "/v1/jobs?limit=1")["next_cursor"]
    assert guarded.get(stranger, f"/v1/jobs?cursor={cursor}")["jobs"] == []


def test_an_idempotency_key_is_its_clients(guarded: Guarded, owner: Owned, stranger: str) -> None:
    mark = {"Idempotency-Key": "order-17"}
    made = [
        guarded.ask(key, "POST", "/v1/jobs", json={"text": text}, headers=mark)
        for key, text in ((owner.key, TEXT), (stranger, f"{TEXT} Another."), (owner.key, TEXT))
    ]
    assert [answer.status_code for answer in made] == [202, 202, 202]
    first, others, again = (answer.json()["id"] for answer in made)
    assert first == again != others


def test_a_template_is_its_clients(guarded: Guarded, owner: Owned, stranger: str) -> None:
    body = {"text": TEXT, "options": {"template": "mine"}}
    assert guarded.ask(owner.key, "POST", "/v1/jobs", json=body).status_code == 202
    refused = guarded.ask(stranger, "POST", "/v1/jobs", json=body)
    assert (refused.status_code, problem_of(refused)) == (404, "template-not-found")


def test_a_token_is_opened_for_its_client_alone(guarded: Guarded) -> None:
    """Tokens of `encrypt`: by any of its keys that may."""
    name = guarded.new_name()
    key_ring = load_key_ring(Settings(data_dir=Path(guarded.stack.environment["DATA_DIR"])))
    token = seal_token("Jane Doe", "PERSON", TokenKey.for_client(key_ring.keys[0], name), bytes(TWEAK_BYTES))
    body = {"text": f"Dear {token},"}
    opened = guarded.ask(guarded.make_key(name, Scope.DEANONYMIZE), "POST", "/v1/deanonymize", json=body)
    assert opened.json() == {"text": "Dear Jane Doe,"}
    refused = guarded.ask(guarded.new_client(Scope.DEANONYMIZE), "POST", "/v1/deanonymize", json=body)
    assert (refused.status_code, problem_of(refused)) == (422, "token-invalid")


def test_keys_of_one_client_see_the_same(guarded: Guarded) -> None:
    name = guarded.new_name()
    one, other = (guarded.make_key(name, *EVERYTHING) for _ in range(2))
    job_id = guarded.submit(one)
    assert guarded.get(other, f"/v1/jobs/{job_id}")["id"] == job_id


def test_an_operator_sees_no_clients_jobs(guarded: Guarded, owner: Owned) -> None:
    operator = guarded.new_client(*Scope)
    guarded.get(operator, owner.path("/v1/jobs/{job_id}"), status=404)


def test_a_receipt_names_the_key_and_an_erased_job_is_gone_for_its_client_alone(
    guarded: Guarded, stranger: str
) -> None:
    key = guarded.new_client(*EVERYTHING)
    job_id = guarded.submit(key)
    receipt = guarded.ask(key, "DELETE", f"/v1/jobs/{job_id}").json()
    assert json.loads(receipt["statement"])["erased_by"] == id_of(key)
    guarded.get(key, f"/v1/jobs/{job_id}", status=410)
    guarded.get(stranger, f"/v1/jobs/{job_id}", status=404)
    assert guarded.ask(stranger, "DELETE", f"/v1/jobs/{job_id}").status_code == 404


# The last one: it shows that the owner finds at each place what the stranger did not.
def test_the_owner_finds_it_all(guarded: Guarded, owner: Owned) -> None:
    for method, template in ASKED:
        answer = guarded.ask(owner.key, method, owner.path(template))
        assert answer.status_code < 300 or answer.status_code == 409, (method, template, answer.text)
