"""An English pipeline that one word kills and another one starves, as a library's fault or a hostile text may."""

import os
import signal
from pathlib import Path
from typing import Any, Final

import spacy
from spacy.language import Language
from spacy.tokens import Doc
from spacy.util import is_package

from shared.model_catalogue import PACKAGES

PACKAGE: Final = "lethal_pipeline"
#: The process that reads it is killed, as the kernel does when memory runs out.
KILLING: Final = "Kzyxkill"
#: The process that reads it takes memory until it is given none.
STARVING: Final = "Kzyxstarve"
_BLOCK_BYTES: Final = 8 << 20
_MOST_BYTES: Final = 2 << 30


def install(folder: Path) -> None:
    """Make the package known to every Python that has `folder` on its path."""
    package, facts = folder / PACKAGE, folder / f"{PACKAGE}-1.0.dist-info"
    package.mkdir(parents=True)
    facts.mkdir()
    (package / "__init__.py").write_text(f"from {__name__} import load\n", encoding="utf-8")
    (facts / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {PACKAGE}\nVersion: 1.0\n", encoding="utf-8")


def load(**options: Any) -> Language:
    """What spacy.load calls for a package: the stock English pipeline with a tokenizer that may not come back."""
    nlp = spacy.load(next(name for name in PACKAGES["en_sm"] if is_package(name)), **options)
    nlp.tokenizer = LethalTokenizer(nlp.tokenizer)
    return nlp


class LethalTokenizer:
    def __init__(self, tokenizer: Any) -> None:
        self._tokenizer = tokenizer

    def __call__(self, text: str) -> Doc:
        if KILLING in text:
            os.kill(os.getpid(), signal.SIGKILL)
        if STARVING in text:
            _take_all_memory()
        doc: Doc = self._tokenizer(text)
        return doc

    def __getattr__(self, name: str) -> Any:
        return getattr(self._tokenizer, name)


def _take_all_memory() -> None:
    """Raises MemoryError; without a limit it leaves off some time, for the machine's sake."""
    taken: list[bytearray] = []
    while len(taken) * _BLOCK_BYTES < _MOST_BYTES:
        taken.append(bytearray(_BLOCK_BYTES))
