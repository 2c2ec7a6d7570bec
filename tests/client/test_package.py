"""`pip install '.[client]'` in a bare environment gives a command that works, and little else."""

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from tests.client.commanding import Shell
from tests.services.processes import ROOT

#: httpx2, rich, and what they need.
ALLOWED = {
    *("anonymization-api", "httpx2", "rich"),
    *("anyio", "h11", "httpcore2", "idna", "truststore", "typing-extensions"),
    *("markdown-it-py", "mdurl", "pygments"),
}


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Of an environment in which the extra is installed, from the index that this machine is configured for."""
    folder = tmp_path_factory.mktemp("bare")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True)
    bare = folder / "bin" / "python"
    command = [sys.executable, "-m", "pip", "--python", str(bare), "install", "--quiet", f"{ROOT}[client]"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return bare


def test_only_what_the_client_needs_is_installed(python: Path) -> None:
    program = "import importlib.metadata as m; print(*(each.name for each in m.distributions()))"
    listed = subprocess.run([python, "-I", "-c", program], capture_output=True, text=True, check=True).stdout
    names = {name.lower().replace("_", "-") for name in listed.split()}
    assert {"anonymization-api", "httpx2", "rich"} <= names <= ALLOWED


def test_the_command_works_there_and_the_package_is_typed(python: Path, shell: Shell) -> None:
    installed = Shell(shell.folder, shell.url, shell.key, (str(python.with_name("anonymize")),))
    done = installed.run("text", "Jane Doe lives in Leeds.", PYTHONPATH="")
    assert (done.code, done.out, done.err) == (0, "<PERSON> lives in <LOCATION>.\n", "")
    program = (
        "import anonymize, importlib.util, pathlib;"
        "assert not any(map(importlib.util.find_spec, ('gateway', 'worker', 'shared', 'tests')));"
        "print(pathlib.Path(anonymize.__file__).with_name('py.typed').exists())"
    )
    said = subprocess.run([python, "-c", program], cwd=shell.folder, capture_output=True, text=True, check=True, env={})
    assert said.stdout == "True\n"


def test_the_packages_that_are_tested_are_those_that_may_be_installed() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    allowed = {each.name: each for each in map(Requirement, project["optional-dependencies"]["client"])}
    lines = (ROOT / "requirements" / "client.in").read_text().splitlines()
    pinned = {each.name: each for each in (Requirement(line.partition("#")[0]) for line in lines if line[0] != "#")}
    assert set(allowed) == set(pinned)
    for name, requirement in pinned.items():
        (pin,) = requirement.specifier
        assert allowed[name].specifier.contains(pin.version)
