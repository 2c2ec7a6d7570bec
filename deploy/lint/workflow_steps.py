"""The shell that stands in workflows: each `run:` as a script."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ruamel.yaml import YAML


@dataclass(frozen=True, slots=True)
class Step:
    workflow: str
    job: str
    #: From 1, among all steps of the job.
    number: int
    script: str

    @property
    def file_name(self) -> str:
        return f"{self.workflow}.{self.job}.{self.number}.sh"


def steps_of(workflow: Path) -> Iterator[Step]:
    """Those that run a script."""
    content = YAML(typ="safe").load(workflow)
    for job, description in content.get("jobs", {}).items():
        for number, step in enumerate(description.get("steps", []), start=1):
            if "run" in step:
                yield Step(workflow=workflow.stem, job=job, number=number, script=step["run"])
