"""What the client repeats of the service is what the service has; and its two kinds are alike."""

import dataclasses
import inspect
import re
from typing import Any, get_type_hints

import pytest

import anonymize
from anonymize import answers, errors, kinds, options
from gateway.job_request import DocumentRequest, FileJobRequest, JobSettings
from gateway.templates import RequestedOptions
from shared.errors import UnsupportedFile, all_errors
from shared.files import FileKind, FileOptions, kind_of
from shared.jobs.states import State
from tests.client.following import answer
from tests.services.documented import document

#: The client's dataclass -> the contract's schema.
SCHEMAS = {
    answers.Job: "JobView",
    answers.Counts: "Counts",
    answers.Queue: "QueueView",
    answers.Problem: "ProblemView",
    errors.FieldFault: "FieldProblem",
    answers.Entity: "Entity",
    answers.Residual: "Residual",
    answers.DocumentResult: "DocumentResult",
    answers.Result: "Result",
    answers.JobPage: "JobsView",
    answers.Receipt: "Receipt",
    answers.Signature: "Signature",
    answers.Delivery: "DeliveryView",
    answers.Attempt: "AttemptView",
    answers.Original: "OriginalText",
}


@pytest.mark.parametrize("kind", SCHEMAS, ids=lambda kind: kind.__name__)
def test_an_answer_has_the_fields_of_the_contract(kind: Any) -> None:
    properties = document()["components"]["schemas"][SCHEMAS[kind]]["properties"]
    assert {field.name for field in dataclasses.fields(kind)} == set(properties)


@pytest.mark.parametrize(
    ("typed", "model"),
    [
        (options.Options, RequestedOptions),
        (options.JobSettings, JobSettings),
        (options.FileJobSettings, FileJobRequest),
        (options.Document, DocumentRequest),
        (options.FileOptions, FileOptions),
    ],
    ids=lambda kind: kind.__name__,
)
def test_a_request_has_the_fields_of_the_service(typed: Any, model: Any) -> None:
    assert set(get_type_hints(typed)) == set(model.model_fields)


def test_states() -> None:
    assert [state.value for state in answers.State] == [state.value for state in State]


def test_problems() -> None:
    source = inspect.getsource(errors)
    table = source[source.index("_BY_PROBLEM") : source.index("_BY_STATUS")]
    assert set(re.findall(r'"([a-z-]+)":', table)) <= {error.problem for error in all_errors()}


def test_every_status_of_an_error_has_an_exception_that_says_it() -> None:
    for error in all_errors():
        assert f"({error.status} " in str(errors.refusal(answer(error.status)))


def test_kinds_of_files() -> None:
    assert {kind_of(f"a{ending}") for ending in kinds.ENDINGS} == set(FileKind)
    for name in ("a.pdf", "a.gz", "a.docx.gz", "a", ".txt.bak", "a.csv.zip"):
        assert kinds.ending_of(name) is None
        with pytest.raises(UnsupportedFile):
            kind_of(name)


@pytest.mark.parametrize(
    ("name", "sent"),
    [("Dr. Smith.txt", "file.txt"), ("J.Smith.CSV.GZ", "file.csv.gz"), ("Jane.Doe", "file"), ("doe.gz", "file")],
)
def test_a_name_is_sent_without_what_names_people(name: str, sent: str) -> None:
    assert kinds.sent_name(name) == sent


def test_both_clients_have_the_same_methods_and_parameters() -> None:
    sync, asynchronous = (_methods(kind) for kind in (anonymize.Client, anonymize.AsyncClient))
    assert sync == asynchronous
    assert {"submit", "wait", "result", "anonymize", "anonymize_file", "jobs", "cancel", "erase"} <= set(sync)


def _methods(kind: type) -> dict[str, list[str]]:
    return {
        name: [str(parameter) for parameter in inspect.signature(method).parameters.values()]
        for name, method in inspect.getmembers(kind, inspect.isfunction)
        if not name.startswith("_")
    }
