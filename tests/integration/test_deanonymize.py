"""`encrypt` and back, through the live service: to the byte, for the client whose job it was."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.services.stack import Stack

ENCRYPT = {"operators": {"default": {"name": "encrypt"}}}
TEXT = "Angela Merkel wrote to jane.doe@example.org on 3 May 2019."

#: What is found, and whatever else a text may hold: no lone surrogates and no NUL, which a submit refuses.
_FOUND = st.sampled_from(
    ("Angela Merkel", "Zoë Müller", "jane.doe@example.org", "Paris", "3 May 2019", "+44 20 7946 0958", "10.1.2.3")
)
_ELSE = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=40)
_TEXTS = st.lists(_FOUND | _ELSE, min_size=1, max_size=8).map(" ".join).filter(lambda text: not text.isspace() and text)


def encrypted(stack: Stack, texts: list[str], scope: str) -> list[str]:
    body = {"documents": [{"text": text} for text in texts], "options": {**ENCRYPT, "scope": scope}}
    answer = stack.http.post("/v1/jobs", json=body)
    assert answer.status_code == 202, answer.text
    job_id = answer.json()["id"]
    assert stack.job(job_id, wait_s=60)["state"] == "succeeded"
    return [document["anonymized_text"] for document in stack.result(job_id)["documents"]]


def token(stack: Stack) -> str:
    (hidden,) = encrypted(stack, [TEXT], "job")
    return hidden[hidden.index("<") : hidden.index(">") + 1]


def post(stack: Stack, **body: Any) -> Any:
    return stack.http.post("/v1/deanonymize", json=body)


def kind(answer: Any) -> str:
    return str(answer.json()["type"].rpartition("/")[2])


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(texts=st.lists(_TEXTS, min_size=1, max_size=5), scope=st.sampled_from(["document", "job", "client"]))
def test_what_was_encrypted_comes_back_to_the_byte(stack: Stack, texts: list[str], scope: str) -> None:
    hidden = encrypted(stack, texts, scope)
    answer = post(stack, documents=[{"text": each} for each in hidden])
    assert answer.status_code == 200
    assert [document["text"] for document in answer.json()["documents"]] == texts


def test_a_text_comes_back_alone(stack: Stack) -> None:
    (hidden,) = encrypted(stack, [TEXT], "job")
    assert not any(value in hidden for value in ("Merkel", "jane.doe", "2019"))
    answer = post(stack, text=hidden)
    assert answer.json() == {"text": TEXT}
    assert answer.headers["Cache-Control"] == "no-store"


def test_what_is_no_token_stays(stack: Stack) -> None:
    text = "<PERSON> <PERSON_1> <b>bold</b> <PERSON:hash:00> 🙂"
    assert post(stack, text=text).json() == {"text": text}


def test_a_changed_token_is_refused_with_its_place_and_without_text(stack: Stack) -> None:
    opened = token(stack)
    changed = opened[:-3] + ("AA" if opened[-3:-1] != "AA" else "BB") + ">"
    answer = post(stack, text=f"🙂 Dear {changed}")
    assert (answer.status_code, kind(answer)) == (422, "token-invalid")
    (error,) = answer.json()["errors"]
    assert error["pointer"] == "/text"
    assert "position 7" in error["detail"]
    assert "Dear" not in answer.text
    assert changed not in answer.text


def test_a_token_of_an_unknown_key_is_told_from_a_changed_one(stack: Stack) -> None:
    opened = token(stack)
    start = opened.index(":siv:") + len(":siv:")
    answer = post(stack, text=opened[:start] + ("B" if opened[start] != "B" else "C") + opened[start + 1 :])
    assert (answer.status_code, kind(answer)) == (422, "token-key-unknown")


def test_each_document_succeeds_or_fails_alone(stack: Stack) -> None:
    good = token(stack)
    answer = post(
        stack,
        documents=[
            {"custom_id": "good", "text": f"{good} again"},
            {"custom_id": "blank", "text": " "},
            {"custom_id": "changed", "text": good.replace("<PERSON", "<LOCATION")},
        ],
    )
    assert answer.status_code == 200
    found = answer.json()["documents"]
    assert [(each["index"], each["custom_id"]) for each in found] == [(0, "good"), (1, "blank"), (2, "changed")]
    assert found[0]["text"] == "Angela Merkel again"
    assert found[0]["problem"] is None
    problems = [each["problem"] for each in found[1:]]
    assert [each["type"].rpartition("/")[2] for each in problems] == ["invalid-text", "token-invalid"]
    assert [each["errors"][0]["pointer"] for each in problems] == ["/documents/1/text", "/documents/2/text"]
    assert [each["text"] for each in found[1:]] == [None, None]


@pytest.mark.parametrize(
    ("body", "status", "problem"),
    [
        ({}, 422, "invalid-request"),
        ({"text": "a", "documents": [{"text": "a"}]}, 422, "invalid-request"),
        ({"documents": []}, 422, "invalid-request"),
        ({"text": "a", "scope": "job"}, 422, "invalid-request"),
        ({"documents": [{"text": "a", "language": "en"}]}, 422, "invalid-request"),
        ({"text": " \n"}, 422, "invalid-text"),
        ({"text": "a\x00"}, 422, "invalid-text"),
        ({"text": "x" * 1_000_001}, 413, "text-too-long"),
        ({"documents": [{"text": "a"}] * 10_001}, 413, "too-many-documents"),
    ],
)
def test_what_cannot_be_asked_is_refused(stack: Stack, body: dict[str, Any], status: int, problem: str) -> None:
    answer = post(stack, **body)
    assert (answer.status_code, kind(answer)) == (status, problem)
