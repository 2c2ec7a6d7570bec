"""What detection found in the documents of a part, as bytes: kept sealed until the job's last step."""

import json
from collections.abc import Sequence
from dataclasses import astuple
from typing import Any

from worker.detection.detect import Detection
from worker.detection.span import Explanation, Span

#: A document's detection, or the problem type of one that failed.
Finding = Detection | str


def to_bytes(findings: Sequence[Finding]) -> bytes:
    """JSON without any text but the identities of names: it must be sealed."""
    return json.dumps([_packed(finding) for finding in findings], ensure_ascii=False).encode("utf-8", "surrogatepass")


def from_bytes(packed: bytes) -> list[Finding]:
    return [_unpacked(finding) for finding in json.loads(packed)]


def _packed(finding: Finding) -> Any:
    if isinstance(finding, str):
        return finding
    return [finding.language, finding.language_confidence, [astuple(span) for span in finding.spans]]


def _unpacked(packed: Any) -> Finding:
    if isinstance(packed, str):
        return packed
    language, confidence, spans = packed
    return Detection(tuple(_span(*span) for span in spans), language, confidence)


def _span(
    start: int, end: int, entity_type: str, score: float, recognizer: str, identity: str | None, why: list[Any] | None
) -> Span:
    explanation = Explanation(why[0], why[1], tuple(why[2]), why[3], why[4]) if why else None
    return Span(start, end, entity_type, score, recognizer, identity, explanation)
