"""What the documentation names is there: pages, files, make's targets, modules, settings."""

import re
from collections.abc import Iterable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Final

import pytest

from shared.entity_types import ENTITY_TYPES
from shared.settings import Settings
from tests.contract.markdown import blocks
from tests.documentation.pages import PAGES, inline_code, linked, name_of, prose
from tests.services.processes import ROOT

_MAKEFILE: Final = (ROOT / "Makefile").read_text(encoding="utf-8")
_TARGETS: Final = set(re.findall(r"^([a-z][a-z-]*):", _MAKEFILE, re.MULTILINE))
_MAKE: Final = re.compile(r"(?:^|[\s`(&;])make ((?:[a-z][a-z-]+|[A-Z_]+=\S+)(?: [A-Z_]+=\S+)*)")
_MODULE: Final = re.compile(r"python3? -m ([a-z_][\w.]*)")
_FILE: Final = re.compile(r"^(?:\./)?((?:[\w.-]+/)+[\w.-]+\.[a-z]+)(?::\d+)?$")
_SETTING: Final = re.compile(r"^([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)(?:=\S*)?$")
#: Of others: the system's, OpenTelemetry's and other programs' own.
_OTHERS: Final = re.compile(
    r"^(?:OTEL|FLOWER|DOCKER|COMPOSE|AWS|GITHUB|PYTEST|PYTHON|OMP|OPENBLAS|MKL|CONTRACT|FASTAPI|CADDY|REDIS|VALKEY"
    r"|RLIMIT|ITIMER|LD|XDG|NO|GF|PROMETHEUS|RABBITMQ)_"
)
_TOP_FOLDERS: Final = {path.name for path in ROOT.iterdir() if path.is_dir()}

#: Decisions name constants of other people's code.
_TODAY: Final = [page for page in PAGES if page.parent.name != "decisions"]
_PAGE_IDS: Final = [name_of(page) for page in PAGES]


@pytest.mark.parametrize("page", PAGES, ids=_PAGE_IDS)
def test_make_has_the_targets_that_a_page_names(page: Path) -> None:
    named = {words.split()[0] for text in _code_of(page) for words in _MAKE.findall(text)}
    assert {each for each in named if "=" not in each} - _TARGETS == set()


@pytest.mark.parametrize("page", PAGES, ids=_PAGE_IDS)
def test_the_modules_that_a_page_runs_are_there(page: Path) -> None:
    named = {module for text in _code_of(page) for module in _MODULE.findall(text)}
    assert {module for module in named if not _is_module(module)} == set()


@pytest.mark.parametrize("page", PAGES, ids=_PAGE_IDS)
def test_the_files_that_a_page_names_are_there(page: Path) -> None:
    named = {match[1] for text in _words(inline_code(page)) if (match := _FILE.match(text))}
    ours = {each for each in named if each.partition("/")[0] in _TOP_FOLDERS}
    assert {each for each in ours if not (ROOT / each).exists()} == set()


@pytest.mark.parametrize("page", _TODAY, ids=map(name_of, _TODAY))
def test_the_settings_that_a_page_names_are_there(page: Path) -> None:
    known = {name.upper() for name in Settings.model_fields} | set(ENTITY_TYPES) | _variables_elsewhere()
    named = {match[1] for text in inline_code(page) if (match := _SETTING.match(text))}
    assert {each for each in named - known if not _OTHERS.match(each)} == set()


def test_every_page_is_reached_from_the_readme() -> None:
    seen, next_ = set(), [ROOT / "README.md"]
    while next_:
        page = next_.pop()
        if page not in seen:
            seen.add(page)
            next_ += [file for file in linked(page) if file.suffix == ".md" and file.exists()]
            next_ += [each for folder in linked(page) if folder.is_dir() for each in folder.glob("*.md")]
    assert [name_of(page) for page in PAGES if page not in seen] == []


def test_the_index_names_every_page() -> None:
    """Decisions have an index of their own."""
    index = set(linked(ROOT / "docs" / "README.md"))
    assert {name_of(page) for page in (ROOT / "docs").glob("*.md") if page.name != "README.md"} == {
        name_of(page) for page in index if page.parent == ROOT / "docs" and page.suffix == ".md"
    }


def test_a_decision_is_named_by_its_number_and_title() -> None:
    wrong = []
    for page in (ROOT / "docs" / "decisions").glob("[0-9]*.md"):
        head = prose(page).splitlines()[0]
        if not re.match(rf"# {int(page.name[:4])}\. \S", head):
            wrong.append(name_of(page))
    assert wrong == []


@pytest.mark.parametrize(
    ("pattern", "text", "found"),
    [
        (_MAKE, "make run PORT=9000", ["run PORT=9000"]),
        (_MAKE, "cd a && make test", ["test"]),
        (_MODULE, ".venv/bin/python -m worker.annotate --model en_sm", ["worker.annotate"]),
        (_FILE, "shared/keys.py", ["shared/keys.py"]),
        (_FILE, "a name", []),
        (_SETTING, "GRACE_S", ["GRACE_S"]),
        (_SETTING, "MAX_ATTEMPTS=2", ["MAX_ATTEMPTS"]),
        (_SETTING, "<PERSON_1>", []),
    ],
)
def test_names_are_told_from_words(pattern: re.Pattern[str], text: str, found: list[str]) -> None:
    assert pattern.findall(text) == found


def _code_of(page: Path) -> list[str]:
    return [*inline_code(page), *(line for block in blocks(page) for line in block.code.splitlines())]


def _words(texts: Iterable[str]) -> Iterator[str]:
    """Files stand among other words of a command too."""
    for text in texts:
        yield from (word.partition("::")[0] for word in text.split())


def _is_module(name: str) -> bool:
    try:
        return find_spec(name) is not None
    except ModuleNotFoundError:
        return False


def _variables_elsewhere() -> set[str]:
    """Those of make, compose, the scripts and the client, which say them in capitals."""
    found: set[str] = set()
    for pattern in (
        "Makefile",
        "anonymize/**/*.py",
        "Dockerfile.*",
        "docker-compose*.yaml",
        "deploy/**/*",
        ".github/**/*",
        ".ci/*",
    ):
        for file in ROOT.glob(pattern):
            if file.is_file() and file.suffix not in {".pyc", ".png"}:
                found |= set(re.findall(r"\b[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+\b", file.read_text(encoding="utf-8")))
    return found
