"""How far a run is, told on standard error where that is a terminal."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def progress(total: int) -> Iterator[Callable[[int], None]]:
    """Call it whenever one more is over, with how many have failed."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    # Not above: rich is a third of what a command takes to start.
    from anonymize.command.bar import bar  # noqa: PLC0415  as said

    with bar(total) as over:
        yield over
