"""An English pipeline that words kill, stall, starve or slow down, as a library's fault or a hostile text may."""

import ctypes
import os
import signal
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

import spacy
from spacy.language import Language
from spacy.tokens import Doc
from spacy.util import is_package

from shared.model_catalogue import PACKAGES

PACKAGE: Final = "hostile_pipeline"
#: What befalls the process that reads the word: killed; asleep for ever; the same within C code that lets no other
#: thread run; given no more memory; larger for good; half a second late.
KILLING, STALLING, FREEZING = "Kzyxkill", "Kzyxstall", "Kzyxfreeze"
STARVING, GROWING, SLOW = "Kzyxstarve", "Kzyxgrow", "Kzyxslow"
_GROWTH_BYTES: Final = 120_000_000

_kept: list[bytearray] = []


def install(folder: Path) -> dict[str, str]:
    """Makes the package; gives the environment of processes that are to know it."""
    package, facts = folder / PACKAGE, folder / f"{PACKAGE}-1.0.dist-info"
    package.mkdir(parents=True)
    facts.mkdir()
    (package / "__init__.py").write_text(f"from {__name__} import load\n", encoding="utf-8")
    (facts / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {PACKAGE}\nVersion: 1.0\n", encoding="utf-8")
    return {"PYTHONPATH": str(folder), "MODELS": f"en_sm={PACKAGE}"}


def load(**options: Any) -> Language:
    """What spacy.load calls for a package: the stock English pipeline with a tokenizer that may not come back."""
    nlp = spacy.load(next(name for name in PACKAGES["en_sm"] if is_package(name)), **options)
    nlp.tokenizer = _Tokenizer(nlp.tokenizer)
    return nlp


class _Tokenizer:
    def __init__(self, tokenizer: Any) -> None:
        self._tokenizer = tokenizer

    def __call__(self, text: str) -> Doc:
        for word, effect in _EFFECTS.items():
            if word in text:
                effect()
        doc: Doc = self._tokenizer(text)
        return doc

    def __getattr__(self, name: str) -> Any:
        return getattr(self._tokenizer, name)


def _starve() -> None:
    taken = []
    while True:
        taken.append(bytearray(8 << 20))


_EFFECTS: Final[Mapping[str, Callable[[], object]]] = {
    KILLING: lambda: os.kill(os.getpid(), signal.SIGKILL),
    STALLING: lambda: time.sleep(3_600),
    # PyDLL keeps the GIL during the call.
    FREEZING: ctypes.PyDLL(None).pause,
    STARVING: _starve,
    GROWING: lambda: _kept.append(bytearray(b"x" * _GROWTH_BYTES)),
    SLOW: lambda: time.sleep(0.5),
}
