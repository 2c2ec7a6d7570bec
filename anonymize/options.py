"""What may be asked of a job, as the service takes it: typed, and checked by the service alone."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal, NotRequired, Required, TypedDict


class Document(TypedDict, total=False):
    """One of several texts."""

    text: Required[str]
    custom_id: str
    language: str


class Options(TypedDict, total=False):
    """Of the engine (docs/engine.md)."""

    template: str
    entity_types: Sequence[str]
    countries: Sequence[str]
    score_threshold: float
    score_thresholds: Mapping[str, float]
    operators: Mapping[str, Mapping[str, Any]]
    scope: Literal["document", "job", "client"]
    propagate: bool
    allow: Sequence[str]
    deny: Sequence[Mapping[str, str]]
    recognizers: Sequence[Mapping[str, Any]]
    explain: bool
    offset_unit: Literal["codepoint", "utf16", "byte"]


class Webhook(TypedDict):
    url: str
    events: NotRequired[Sequence[str]]


class FileOptions(TypedDict, total=False):
    """How a csv, json or jsonl file is read (docs/files.md)."""

    columns: Sequence[str]
    pointers: Sequence[str]
    has_header: bool
    delimiter: str


class JobSettings(TypedDict, total=False):
    """All of a job but its texts."""

    language: str
    model_size: str
    options: Options
    webhook: Webhook
    metadata: Mapping[str, Any]
    deadline: datetime
    keep_input: bool


class FileJobSettings(JobSettings, total=False):
    file: FileOptions
