"""Files that a job may be made of: their kinds, and what a caller may say about them."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, StrictBool

from shared.errors import FieldError, InvalidRequest, UnsupportedFile

_GZIP_SUFFIX: Final = ".gz"
_GZIP_MEDIA_TYPE: Final = "application/gzip"
#: Longest column name or JSON pointer, in code points.
_LONGEST_NAME: Final = 1_000


class FileKind(StrEnum):
    """The value is the extension of the file that comes back."""

    TXT = "txt"
    MD = "md"
    CSV = "csv"
    JSONL = "jsonl"
    JSON = "json"
    HTML = "html"
    DOCX = "docx"
    EML = "eml"
    TXT_GZ = "txt.gz"
    MD_GZ = "md.gz"
    CSV_GZ = "csv.gz"
    JSONL_GZ = "jsonl.gz"
    JSON_GZ = "json.gz"
    HTML_GZ = "html.gz"
    EML_GZ = "eml.gz"

    @property
    def is_gzipped(self) -> bool:
        return self.value.endswith(_GZIP_SUFFIX)

    @property
    def unpacked(self) -> "FileKind":
        """The kind without its .gz."""
        return FileKind(self.value.removesuffix(_GZIP_SUFFIX))

    @property
    def media_type(self) -> str:
        """For the answer's Content-Type; without a charset, since the file keeps its own."""
        return _GZIP_MEDIA_TYPE if self.is_gzipped else _MEDIA_TYPES[self][0]


_KINDS: Final = frozenset(kind.value for kind in FileKind)
#: What a client may call each kind; the first is what it gets back.
_MEDIA_TYPES: Final[Mapping[FileKind, tuple[str, ...]]] = {
    FileKind.TXT: ("text/plain",),
    FileKind.MD: ("text/markdown", "text/x-markdown", "text/plain"),
    FileKind.CSV: (
        "text/csv",
        "application/csv",
        "application/vnd.ms-excel",
        "text/plain",
        "text/tab-separated-values",
    ),
    FileKind.JSONL: (
        "application/jsonl",
        "application/x-ndjson",
        "application/ndjson",
        "application/x-jsonlines",
        "application/json-lines",
        "application/json",
        "text/plain",
    ),
    FileKind.JSON: ("application/json", "text/json", "text/plain"),
    FileKind.HTML: ("text/html", "application/xhtml+xml", "text/plain"),
    FileKind.DOCX: ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", "application/zip"),
    FileKind.EML: ("message/rfc822", "text/plain"),
}
_GZIP_TYPES: Final = frozenset({_GZIP_MEDIA_TYPE, "application/x-gzip"})
#: What programs send that do not know: the name alone decides then.
_ANY_TYPES: Final = frozenset({"", "application/octet-stream", "binary/octet-stream"})
#: Other endings of the same kinds.
_OTHER_SUFFIXES: Final[Mapping[str, str]] = {
    "text": "txt",
    "log": "txt",
    "markdown": "md",
    "tsv": "csv",
    "ndjson": "jsonl",
    "htm": "html",
    "xhtml": "html",
}


def kind_of(filename: str, media_type: str = "") -> FileKind:
    """The kind that name and media type agree on; parameters of the media type (charset) do not count.

    Raises UnsupportedFile. What the bytes are is looked at when the file is opened.
    """
    stem, _, suffix = filename.lower().rpartition(".")
    is_gzipped = suffix == "gz"
    if is_gzipped:
        suffix = stem.rpartition(".")[2] if "." in stem else ""
    name = _OTHER_SUFFIXES.get(suffix, suffix) + (_GZIP_SUFFIX if is_gzipped else "")
    if name not in _KINDS or not stem:
        raise UnsupportedFile
    kind = FileKind(name)
    said = media_type.partition(";")[0].strip().lower()
    allowed = _GZIP_TYPES.union(_MEDIA_TYPES[kind.unpacked]) if is_gzipped else _MEDIA_TYPES[kind]
    if said not in _ANY_TYPES and said not in allowed:
        raise UnsupportedFile("The media type of the file does not fit the ending of its name; correct one of them.")
    return kind


Name = Annotated[str, Field(min_length=1, max_length=_LONGEST_NAME)]
#: RFC 6901, and `*` for every element or every key. The root ("") would be the same as naming no pointer.
Pointer = Annotated[str, Field(pattern=r"^(/([^~/]|~[01])*)+$", max_length=_LONGEST_NAME)]


class FileOptions(BaseModel):
    """How a csv, json or jsonl file is read; the other kinds have no options."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    columns: tuple[Name, ...] = Field(
        default=(),
        max_length=1_000,
        description="csv: names of the columns to anonymize, or their numbers from 1 without a header; empty: all.",
    )
    pointers: tuple[Pointer, ...] = Field(
        default=(),
        max_length=1_000,
        description="json, and each line of jsonl: JSON Pointers, `*` for any element or key; empty: every string.",
    )
    has_header: StrictBool | None = Field(
        default=None,
        description="csv: whether the first row is names of columns, kept as it is; null: it is looked at.",
    )
    delimiter: Literal[",", ";", "\t", "|"] | None = Field(
        default=None, description="csv: what stands between cells; null: it is looked at."
    )


#: Which kinds an option is for.
_OPTION_KINDS: Final[Mapping[str, frozenset[FileKind]]] = {
    "columns": frozenset({FileKind.CSV}),
    "has_header": frozenset({FileKind.CSV}),
    "delimiter": frozenset({FileKind.CSV}),
    "pointers": frozenset({FileKind.JSON, FileKind.JSONL}),
}


def check_options(kind: FileKind, options: FileOptions) -> None:
    """Raises InvalidRequest for an option that this kind of file does not have."""
    unwrapped = kind.unpacked
    errors = tuple(
        FieldError(f"/file/{name}", f"Files of the kind {unwrapped.value} have no such option.")
        for name in sorted(options.model_fields_set)
        if unwrapped not in _OPTION_KINDS[name]
    )
    if errors:
        raise InvalidRequest(errors=errors)
