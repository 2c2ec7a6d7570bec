"""Templates: options kept under a name, and jobs that name one."""

import json
import re
from typing import Any

import pytest

from shared import keys
from shared.errors import TooManyTemplates
from shared.jobs.store import SyncStore
from shared.templates import MAX_TEMPLATES, delete_template, list_templates, put_template, read_template
from tests.services.stack import Stack
from tests.services.valkey import Server

TEXT = "Angela Merkel wrote about TKT-123456 on 3 May 2019."
TICKETS = {
    "recognizers": [{"type": "TICKET", "pattern": "\\bTKT-[0-9]{6}\\b"}],
    "operators": {"TICKET": {"name": "redact"}},
}
RFC3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")


def put(stack: Stack, name: str, options: dict[str, Any]) -> Any:
    # As ASCII: the client's own JSON would refuse a lone surrogate.
    return stack.http.put(f"/v1/templates/{name}", content=json.dumps(options))


def anonymized(stack: Stack, options: dict[str, Any]) -> str:
    job_id = stack.submit(TEXT, options=options)
    assert stack.job(job_id, wait_s=60)["state"] == "succeeded"
    (document,) = stack.result(job_id)["documents"]
    return str(document["anonymized_text"])


def test_a_template_is_made_changed_listed_and_deleted(stack: Stack) -> None:
    made = put(stack, "a.b_C-1", TICKETS)
    assert (made.status_code, made.headers["Location"]) == (201, "/v1/templates/a.b_C-1")
    assert made.headers["Cache-Control"] == "no-store"
    assert made.json()["options"] == TICKETS
    assert RFC3339.fullmatch(made.json()["updated_at"])
    assert stack.http.get("/v1/templates/a.b_C-1").json() == made.json()

    changed = put(stack, "a.b_C-1", {"explain": True})
    assert (changed.status_code, changed.json()["options"]) == (200, {"explain": True})
    listed = stack.http.get("/v1/templates").json()["templates"]
    assert {"name": "a.b_C-1", "updated_at": changed.json()["updated_at"]} in listed

    assert stack.http.delete("/v1/templates/a.b_C-1").status_code == 204
    for method in ("GET", "DELETE"):
        answer = stack.http.request(method, "/v1/templates/a.b_C-1")
        assert (answer.status_code, answer.json()["type"].rpartition("/")[2]) == (404, "template-not-found")


def test_a_job_takes_the_options_of_its_template(stack: Stack) -> None:
    put(stack, "tickets", TICKETS)
    assert "TKT" not in anonymized(stack, {"template": "tickets"})


def test_what_the_request_sets_overrides_the_template(stack: Stack) -> None:
    put(stack, "tickets", {**TICKETS, "entity_types": ["TICKET"]})
    own = {"template": "tickets", "operators": {"TICKET": {"name": "replace", "value": "[ticket]"}}}
    assert anonymized(stack, own) == TEXT.replace("TKT-123456", "[ticket]")


def test_a_type_of_the_template_may_be_named_in_the_request(stack: Stack) -> None:
    put(stack, "tickets", TICKETS)
    assert "TKT-123456" in anonymized(stack, {"template": "tickets", "operators": {"TICKET": {"name": "keep"}}})


@pytest.mark.parametrize(
    ("options", "status", "pointer"),
    [
        ({"template": "nowhere"}, 404, "/options/template"),
        ({"template": "a b"}, 422, "/options/template"),
        ({"template": "tickets", "score_thresholds": {"NO_SUCH": 0.5}}, 422, "/options/score_thresholds/NO_SUCH"),
        # Without the template's recognizers its operators name a type that nobody knows.
        ({"template": "tickets", "recognizers": []}, 422, "/options/operators/TICKET"),
    ],
)
def test_what_template_and_request_come_to_is_checked(
    stack: Stack, options: dict[str, Any], status: int, pointer: str
) -> None:
    put(stack, "tickets", TICKETS)
    answer = stack.http.post("/v1/jobs", json={"text": TEXT, "options": options})
    assert answer.status_code == status, answer.text
    assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]


@pytest.mark.parametrize(
    ("name", "options", "pointer"),
    [
        ("a b", {}, "/path/name"),
        ("x" * 65, {}, "/path/name"),
        ("é", {}, "/path/name"),
        ("ok", {"score_threshold": 2}, "/score_threshold"),
        ("ok", {"template": "other"}, "/template"),
        ("ok", {"operators": {"PERSON": {"name": "vanish"}}}, "/operators/PERSON"),
        ("ok", {"allow": ["a\ud800"]}, "/allow/0"),
    ],
)
def test_what_cannot_be_kept_is_refused(stack: Stack, name: str, options: dict[str, Any], pointer: str) -> None:
    answer = put(stack, name, options)
    assert answer.status_code == 422, answer.text
    assert answer.json()["errors"][0]["pointer"] == pointer


def test_a_template_is_not_readable_in_the_store(stack: Stack) -> None:
    put(stack, "secret", {"allow": ["Oldenburg"]})
    stored = stack.valkey.client().hget(keys.templates("anonymous"), "secret")
    assert stored
    assert "Oldenburg" not in repr(stored)


def test_a_template_that_would_fill_the_store_is_refused(stack: Stack) -> None:
    answer = put(stack, "large", {"allow": ["x" * 1_000] * 1_100})
    assert (answer.status_code, answer.json()["type"].rpartition("/")[2]) == (413, "body-too-large")


def test_a_client_has_so_many_templates_and_no_more(valkey: Server) -> None:
    store = SyncStore(valkey.client())
    for number in range(MAX_TEMPLATES):
        assert store.run(put_template("client", f"t{number}", b"box")).is_new
    with pytest.raises(TooManyTemplates):
        store.run(put_template("client", "one more", b"box"))
    assert len(store.run(list_templates("client"))) == MAX_TEMPLATES
    assert not store.run(put_template("client", "t0", b"changed")).is_new
    assert store.run(put_template("other", "t0", b"box")).is_new
    assert store.run(delete_template("client", "t1"))
    assert store.run(read_template("client", "t1")) is None
    assert store.run(put_template("client", "one more", b"box")).is_new
