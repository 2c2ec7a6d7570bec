"""What became of a run over many files."""

import time
from dataclasses import asdict, dataclass, field

from anonymize.answers import Job
from anonymize.command.ending import ExitCode, exit_code, line_of
from anonymize.command.inputs import Item
from anonymize.command.output import complain, say_json
from anonymize.errors import Refused


@dataclass(frozen=True, slots=True)
class Failure:
    file: str
    detail: str
    problem: str | None = None
    job_id: str | None = None
    request_id: str | None = None


@dataclass(slots=True)
class Report:
    total: int
    done_before: int
    left_alone: int
    done: int = 0
    failures: list[Failure] = field(default_factory=list)
    #: What ended the run before its end.
    stop: Exception | None = None
    is_interrupted: bool = False
    _began_s: float = field(default_factory=time.monotonic)

    @property
    def code(self) -> ExitCode:
        if self.is_interrupted:
            return ExitCode.INTERRUPTED
        if self.stop is not None:
            return exit_code(self.stop)
        return ExitCode.FAILED if self.failures else ExitCode.DONE

    def fail(self, item: Item, error: Exception) -> None:
        refused = error if isinstance(error, Refused) else None
        job = getattr(error, "job", None)
        self.failures.append(
            Failure(
                str(item.source),
                refused.detail if refused else line_of(error),
                refused.problem if refused else None,
                job.id if isinstance(job, Job) else None,
                refused.request_id if refused else None,
            )
        )

    def fail_partly(self, item: Item, job: Job) -> None:
        """Written, but not all of it could be anonymized."""
        texts = f"{job.counts.failed} of {job.counts.total} texts could not be anonymized; <FAILED> stands for each"
        self.failures.append(Failure(str(item.source), texts, job_id=job.id))

    def show(self, *, is_json: bool) -> None:
        seconds = time.monotonic() - self._began_s
        for failure in self.failures:
            complain(f"{failure.file}: {failure.detail}{f' ({failure.problem})' if failure.problem else ''}")
        if self.stop is not None:
            complain(f"stopped: {line_of(self.stop)}")
        rest = self.total - self.done_before - self.done - len(self.failures)
        parts = (
            (self.done, "anonymized"),
            (self.done_before, "done before"),
            (len(self.failures), "failed"),
            (rest, "not begun or not finished: the same command goes on"),
            (self.left_alone, "of other kinds left alone"),
        )
        summary = ", ".join(f"{number} {what}" for number, what in parts if number) or "nothing to do"
        complain(f"{'interrupted: ' if self.is_interrupted else ''}{summary} ({seconds:.1f} s)")
        if is_json:
            say_json(
                {
                    "files": self.total,
                    "anonymized": self.done,
                    "done_before": self.done_before,
                    "failed": len(self.failures),
                    "not_finished": rest,
                    "left_alone": self.left_alone,
                    "is_interrupted": self.is_interrupted,
                    "stopped": None if self.stop is None else line_of(self.stop),
                    "seconds": round(seconds, 3),
                    "failures": [asdict(failure) for failure in self.failures],
                }
            )
