"""Runs the shell steps of a workflow's job as GitHub does, with commands that must not be the real ones replaced."""

import os
import re
import stat
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from ruamel.yaml import YAML

from tests.services.processes import ROOT

WORKFLOWS: Final = sorted((ROOT / ".github" / "workflows").glob("*.yaml"))
_EXPRESSION: Final = re.compile(r"\$\{\{ *(.*?) *\}\}")


def load(path: Path) -> Any:
    return YAML(typ="safe").load(path)


def workflow(name: str) -> Any:
    return load(ROOT / ".github" / "workflows" / f"{name}.yaml")


def actions() -> list[str]:
    """What every workflow uses, comment included."""
    texts = [path.read_text(encoding="utf-8") for path in WORKFLOWS]
    return [line.strip() for text in texts for line in re.findall(r"^ *(?:- )?uses: (.*)$", text, re.MULTILINE)]


class Runner:
    """`values` are what expressions stand for, as `secrets.HOST`; fake commands are found before real ones."""

    def __init__(self, folder: Path, values: Mapping[str, str]) -> None:
        self._values = dict(values)
        self._commands = folder / "bin"
        self.temporary = folder / "runner"
        self.temporary.mkdir(parents=True)
        self._commands.mkdir()
        self._output = folder / "output"
        self.summary = folder / "summary"

    def replace(self, command: str, script: str) -> None:
        path = self._commands / command
        path.write_text(f"#!/usr/bin/env bash\n{script}\n", encoding="utf-8")
        path.chmod(path.stat().st_mode | stat.S_IXUSR)

    def run(self, job: Mapping[str, Any], *, only: str = "") -> subprocess.CompletedProcess[str]:
        """Each `run:` until one fails; the outputs of steps become values. The last one's result."""
        done = subprocess.CompletedProcess[str]([], 0, "", "")
        for step in job["steps"]:
            if "run" not in step or (only and step["name"] != only):
                continue
            done = self._step(step)
            if done.returncode != 0:
                break
        return done

    def value(self, text: str) -> str:
        """With each expression replaced; one that nobody gave a value is a KeyError."""
        return _EXPRESSION.sub(lambda found: self._values[found[1]], text)

    def outputs(self, job: Mapping[str, Any], name: str) -> None:
        """Gives what the job puts out to those that need it."""
        for key, expression in job["outputs"].items():
            self._values[f"needs.{name}.outputs.{key}"] = self.value(expression)

    def _step(self, step: Mapping[str, Any]) -> subprocess.CompletedProcess[str]:
        self._output.write_text("", encoding="utf-8")
        own = {name: self.value(str(value)) for name, value in step.get("env", {}).items()}
        github = {
            "GITHUB_OUTPUT": str(self._output),
            "GITHUB_STEP_SUMMARY": str(self.summary),
            "RUNNER_TEMP": str(self.temporary),
            "PATH": f"{self._commands}:{os.environ['PATH']}",
            **{key: value for key, value in self._values.items() if key.startswith("GITHUB_")},
        }
        assert "${{" not in step["run"], "an expression in a script is a way in"
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", "-c", step["run"]],
            cwd=ROOT,
            env={**os.environ, **github, **own},
            capture_output=True,
            text=True,
            check=False,
        )
        for line in self._output.read_text(encoding="utf-8").splitlines():
            key, _, value = line.partition("=")
            self._values[f"steps.{step.get('id')}.outputs.{key}"] = value
        return done
