"""The engine over the documents of jobs: detect in batches, then name and replace within each job.

A document that cannot be processed fails alone, with the type of its problem; the others never notice.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from shared.errors import ModelUnavailable, ProcessingFailed
from shared.jobs.payload import Document, DocumentResult
from shared.log import get_logger
from shared.model_catalogue import AUTO, model_key
from shared.options import Options
from shared.traces import stage
from worker.anonymization.anonymize import AnonymizedDocument, anonymize
from worker.anonymization.scope import ScopeKeys
from worker.detection.detect import Detection, DetectionRequest, detect, propagate_over_job
from worker.engine import document_result
from worker.found import Finding

if TYPE_CHECKING:
    from spacy.language import Language

Item = TypeVar("Item")
Outcome = TypeVar("Outcome")


@dataclass(frozen=True, slots=True)
class Task:
    """Documents of one job and how to look at them. `language`: of those that name none; a served one, or "auto"."""

    job_id: str
    documents: tuple[Document, ...]
    language: str
    options: Options


def detect_tasks(tasks: Sequence[Task], pipelines: "Mapping[str, Language]") -> list[list[Finding]]:
    """A finding for each document of each task, in order; all texts share one `nlp.pipe` per language."""
    requests: list[DetectionRequest] = []
    findings: list[list[Finding]] = []
    places: list[tuple[int, int]] = []
    for row, task in enumerate(tasks):
        findings.append([])
        for column, document in enumerate(task.documents):
            language = document.language or task.language
            problem = document.problem
            if problem is None and language != AUTO and language not in pipelines:
                problem = ModelUnavailable.problem
            findings[row].append(problem or "")
            if problem is None:
                requests.append(DetectionRequest(document.text, language, task.options))
                places.append((row, column))
    for (row, column), finding in zip(places, _each_alone(requests, partial(detect, pipelines=pipelines)), strict=True):
        findings[row][column] = finding
    return findings


def name_and_replace(
    task: Task, findings: Sequence[Finding], service_key: bytes, client: str, size: str
) -> list[DocumentResult]:
    """The results of a job's documents, all at once: numbers, pseudonyms and names agree over them.

    Where the scope is the document nothing is shared, and so parts of a job may be done by themselves.
    """
    good = [number for number, finding in enumerate(findings) if isinstance(finding, Detection)]
    done: dict[int, DocumentResult] = {}
    groups = [[number] for number in good] if task.options.scope == "document" else [good]
    with stage("replace"):
        for members in groups:
            done.update(_replaced(task, members, findings, service_key, client, size))
    return [
        done[number] if number in done else failed_document(document, _problem(findings[number]), task, size)
        for number, document in enumerate(task.documents)
    ]


def failed_document(document: Document, problem: str, task: Task, size: str) -> DocumentResult:
    language = document.language or task.language
    return DocumentResult(
        index=document.index,
        custom_id=document.custom_id,
        state="failed",
        language=None if language == AUTO else language,
        model=model_key(language, size),
        entities=(),
        anonymized_text=None,
        problem=problem,
    )


def _problem(finding: Finding) -> str:
    return finding if isinstance(finding, str) else ProcessingFailed.problem


def _replaced(
    task: Task, members: Sequence[int], findings: Sequence[Finding], service_key: bytes, client: str, size: str
) -> dict[int, DocumentResult]:
    if not members:
        return {}
    work = partial(_anonymized, task, findings, service_key, client)
    try:
        outcomes = work(members)
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001  an outer edge: one document's fault is that document's problem
        get_logger().error("documents_failed", job_id=task.job_id, count=len(members), exc_info=error)
        # Who fails alone is left out; the others are named together once more.
        alone = [number for number in members if len(members) > 1 and _works(work, number)]
        return _replaced(task, alone, findings, service_key, client, size) if len(alone) < len(members) else {}
    return {
        number: document_result(
            task.documents[number].text,
            task.options,
            detection,
            anonymized,
            model_key(detection.language, size),
            index=task.documents[number].index,
            custom_id=task.documents[number].custom_id,
        )
        for number, (detection, anonymized) in zip(members, outcomes, strict=True)
    }


def _works(work: Callable[[Sequence[int]], object], number: int) -> bool:
    try:
        work([number])
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001  an outer edge: whether it fails is the question
        return False
    return True


def _anonymized(
    task: Task, findings: Sequence[Finding], service_key: bytes, client: str, members: Sequence[int]
) -> list[tuple[Detection, AnonymizedDocument]]:
    texts = [task.documents[number].text for number in members]
    detections = [finding for finding in (findings[number] for number in members) if isinstance(finding, Detection)]
    scope = task.options.scope
    if len(members) > 1:
        detections = propagate_over_job(texts, detections, task.options)
    # A document that shares nothing gets keys by its place in the job, whatever part of it is at work.
    mark = task.job_id if scope != "document" else f"{task.job_id}/{task.documents[members[0]].index}"
    keys = ScopeKeys.for_scope(service_key, client, mark, scope)
    pairs = [(text, detection.spans) for text, detection in zip(texts, detections, strict=True)]
    anonymized = anonymize(pairs, task.options, keys, [detection.language for detection in detections])
    return list(zip(detections, anonymized, strict=True))


def _each_alone(items: Sequence[Item], work: Callable[[Sequence[Item]], Sequence[Outcome]]) -> list[Outcome | str]:
    """All together; where that fails, halves, down to the ones that fail alone: they give a problem type."""
    if not items:
        return []
    try:
        return list(work(items))
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001  an outer edge: one document's fault is that document's problem
        if len(items) == 1:
            get_logger().error("document_failed", exc_info=error)
            return [ProcessingFailed.problem]
    middle = len(items) // 2
    return [*_each_alone(items[:middle], work), *_each_alone(items[middle:], work)]
