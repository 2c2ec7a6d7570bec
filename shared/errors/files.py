"""What can be wrong with a file."""

from shared.errors.problem import ServiceError


class UnsupportedFile(ServiceError):
    """Files of this kind are not taken: txt, md, csv, jsonl, json, html, docx, eml, and .gz of those that are text."""

    status, problem, title = 415, "unsupported-file", "Unsupported file"


class UnreadableFile(ServiceError):
    """The file cannot be read as what its name says it is."""

    status, problem, title = 422, "unreadable-file", "Unreadable file"


class FileTooLarge(ServiceError):
    """The file is larger than this service takes; cut it, or ask the operator to raise MAX_FILE_BYTES."""

    status, problem, title = 413, "file-too-large", "File too large"
