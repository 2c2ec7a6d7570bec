"""gateway -> shared <- worker, and a core of detection and anonymization that knows no Redis, Celery or HTTP."""

import ast
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.sources import files_of, tree_of
from tests.services.processes import ROOT

_OUTSIDE = {"redis", "valkey", "celery", "kombu", "httpx", "httpx2", "requests", "fastapi", "starlette", "uvicorn"}
_MODELS = {"spacy", "thinc", "numpy"}
#: Folder -> top-level packages that no file in it may name.
FORBIDDEN = {
    "gateway": {"worker", "deploy", "bench", "tests", *_MODELS},
    "worker": {"gateway", "deploy", "bench", "tests", "fastapi", "starlette", "uvicorn"},
    "shared": {"gateway", "worker", "deploy", "bench", "tests", "fastapi", "starlette", *_MODELS},
    "worker/detection": _OUTSIDE,
    "worker/anonymization": _OUTSIDE | _MODELS,
    "deploy": {"gateway", "worker", "bench", "tests"},
    "anonymize": {"gateway", "worker", "shared", "deploy", "bench", "tests", "pydantic", "structlog", *_MODELS},
}


def test_the_import_contracts_hold() -> None:
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache", "--config", ".importlinter"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "0 broken" in done.stdout


@pytest.mark.parametrize("folder", FORBIDDEN)
def test_no_file_names_what_is_not_its_own(folder: str) -> None:
    """Within functions and by name too (importlib), where the contracts do not reach."""
    found = [
        f"{name}: {module}"
        for name in files_of(folder.partition("/")[0])
        if name.is_relative_to(folder)
        for module in imported(tree_of(name))
        if module.partition(".")[0] in FORBIDDEN[folder]
    ]
    assert found == []


def test_the_gateway_runs_without_spacy() -> None:
    """What is really loaded, the imports of imports included."""
    program = (
        "import gateway.app, json, sys; from gateway.app import make_app; make_app();"
        "print(json.dumps(sorted({name.partition('.')[0] for name in sys.modules})))"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    loaded = set(json.loads(done.stdout))
    assert "fastapi" in loaded
    assert loaded.isdisjoint({"spacy", "thinc", "numpy", "worker"})


@pytest.mark.parametrize(
    ("source", "modules"),
    [
        ("import worker.batch", ["worker.batch"]),
        ("from worker import batch", ["worker"]),
        ("def f():\n    import spacy", ["spacy"]),
        ("from importlib import import_module\nimport_module('worker.batch')", ["importlib", "worker.batch"]),
        ("import importlib\nimportlib.util.find_spec('spacy')", ["importlib", "spacy"]),
        ("__import__('numpy')", ["numpy"]),
    ],
)
def test_the_walk_sees_every_kind_of_import(source: str, modules: list[str]) -> None:
    assert list(imported(ast.parse(source))) == modules


def imported(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                yield from (each.name for each in names)
            case ast.ImportFrom(module=str(module)):
                yield module
            case ast.Call(func=function, args=[ast.Constant(value=str(module)), *_]) if _imports(function):
                yield module


def _imports(function: ast.expr) -> bool:
    name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
    return name in {"import_module", "__import__", "find_spec"}
