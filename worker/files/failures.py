"""How a file is refused: which option or where in it, and never what stands there."""

from shared.errors import FieldError, UnreadableFile, UnsupportedFile

FILE_POINTER = "/file"


def unreadable(reason: str, *, line: int | None = None, column: int | None = None) -> UnreadableFile:
    """A file that is broken: line and column count from 1."""
    place = "" if line is None else f" in line {line}" + ("" if column is None else f", column {column}")
    detail = f"{reason}{place}."
    return UnreadableFile(f"The file cannot be read: {detail}", errors=(FieldError(FILE_POINTER, detail),))


def wrong_option(pointer: str, reason: str) -> UnreadableFile:
    """An option that does not fit the file; `pointer` is below /file, the options' field in the request."""
    return UnreadableFile(
        "The file does not have what its options name; see errors.",
        errors=(FieldError(FILE_POINTER + pointer, reason),),
    )


def unsupported(reason: str) -> UnsupportedFile:
    """A file of a kind that is not taken."""
    return UnsupportedFile(f"The file is refused: {reason}.", errors=(FieldError(FILE_POINTER, f"{reason}."),))
