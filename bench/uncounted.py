"""`python -m bench.uncounted gateway|worker`: the same program, which counts nothing for its metrics."""

import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any, Final

from shared.jobs import script, store

#: Where each counting function is called by.
_COUNTING: Final = {
    "gateway": ("gateway.protection.edge.count_request",),
    "worker": ("worker.work.count_words", "worker.unit.count_results", "worker.file_work.count_words"),
}
_COUNT: Final = re.compile(r"^local function count_many\(.*$", re.MULTILINE)


def main() -> int:
    """As the program's own."""
    program = sys.argv[1]
    _leave_out_totals()
    for place in _COUNTING[program]:
        module, _, name = place.rpartition(".")
        setattr(import_module(module), _existing(module, name), _nothing)
    if program == "worker":
        setattr(import_module("worker.metrics"), _existing("worker.metrics", "batch"), _no_batch)
    run: Callable[[], int] = import_module(f"{program}.__main__" if program == "gateway" else "worker.main").main
    return run()


def _leave_out_totals() -> None:
    """Of the Lua script: what counts does nothing. It has a name of its own then."""
    source, replaced = _COUNT.subn("local function count_many() end", script.script())
    assert replaced == 1
    for module in (script, store):
        setattr(module, _existing(module.__name__, "script"), lambda: source)
    script.script_sha.cache_clear()


def _existing(module: str, name: str) -> str:
    assert hasattr(import_module(module), name), f"{module} has no {name}"
    return name


def _nothing(*_: Any, **__: Any) -> None:
    """Counts nothing."""


@contextmanager
def _no_batch(*_: Any) -> Iterator[None]:
    yield


if __name__ == "__main__":
    sys.exit(main())
