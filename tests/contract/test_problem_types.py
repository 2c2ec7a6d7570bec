"""Every problem type is explained in docs/problems.md, and the OpenAPI document has it where it can be given."""

import re
from typing import Final

import pytest

from gateway.openapi import operations
from shared.errors import ServiceError, all_errors, problem_uri
from tests.services.documented import document, problem_types, resolved
from tests.services.processes import ROOT

#: Problems that no operation answers with, and where they are seen.
_NO_ANSWER: Final = {
    "audit-broken": "what `python -m gateway.audit verify` says",
    "canceled": "a document's problem",
    "invalid-pattern": "becomes invalid-request",
    "model-not-installed": "ends a worker at its start",
    "no-document-succeeded": "a job's problem",
    "origin-not-allowed": "answers a preflight, which is no operation",
    "out-of-memory": "a job's problem",
    "poison": "a job's problem",
    "processing-failed": "a job's problem",
    "timed-out": "a job's problem",
}
#: "**`name`** (404)", or several names of one paragraph, each with its status or all with that of the last.
_ENTRY: Final = re.compile(r"\*\*`([a-z-]+)`\*\*(?: \((\d{3})([^)]*)\))?")
_PAGE: Final = (ROOT / "docs" / "problems.md").read_text(encoding="utf-8")


def _documented() -> set[str]:
    responses = (
        resolved(response, document())
        for _, _, operation in operations(document())
        for status, response in operation["responses"].items()
        if status >= "400"
    )
    return {kind for response in responses for kind in problem_types(response)}


def _entries() -> dict[str, tuple[str, str]]:
    """Name -> status as it is written, or "" for none, and what stands behind it."""
    found = {}
    for line in _PAGE.splitlines():
        status, told = "", ""
        for name, *own in reversed(_ENTRY.findall(line)):
            status, told = own if own[0] else (status, told)
            found[name] = (status, told)
    return found


@pytest.mark.parametrize("error", all_errors(), ids=lambda error: error.problem)
def test_a_problem_is_explained_and_documented(error: type[ServiceError]) -> None:
    is_answer = error.problem not in _NO_ANSWER
    assert (problem_uri(error.problem) in _documented()) is is_answer
    assert error.problem in _entries(), "docs/problems.md does not explain it"
    status, told = _entries()[error.problem]
    assert status in ({str(error.status)} if is_answer else {"", str(error.status)})
    assert ("Retry-After" in told) is (error.retry_after_s is not None)


def test_the_page_explains_nothing_that_is_gone() -> None:
    assert not _entries().keys() - {error.problem for error in all_errors()}
    assert not _NO_ANSWER.keys() - {error.problem for error in all_errors()}
