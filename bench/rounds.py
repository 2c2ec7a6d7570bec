"""Contenders in processes of their own, measured in turns (A B C A B C): what else the machine does hits all alike."""

import json
import os
import statistics
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from types import TracebackType
from typing import Self

#: For every contender, whatever the shell says: on busy cores BLAS threads halved the speed of NER alone.
_ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")


@dataclass(frozen=True, slots=True)
class Contender:
    """A program that reads a JSON list of texts from its first line, then runs a round for each further line.

    It prints "ready" when it has warmed up, then the seconds of each round.
    """

    name: str
    command: Sequence[str]
    texts: Sequence[str]


Seconds = Mapping[str, Sequence[float]]


class _Running:
    def __init__(self, contender: Contender) -> None:
        self._contender = contender
        self._process = subprocess.Popen(
            list(contender.command),
            env={**os.environ, **_ONE_THREAD},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __enter__(self) -> Self:
        self._ask(json.dumps(self._contender.texts))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.communicate()

    def round(self) -> float:
        return float(self._ask("round"))

    def _ask(self, line: str) -> str:
        process = self._process
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(line + "\n")
        process.stdin.flush()
        answer = process.stdout.readline().strip()
        if not answer:
            raise RuntimeError(f"{self._contender.name} ended with {process.wait()}")
        return answer


def interleave(contenders: Sequence[Contender], *, rounds: int) -> Seconds:
    """Seconds of each round by the contender's name. Raises RuntimeError where a program ends."""
    with ExitStack() as stack:
        # All are loaded before the first round; who does not run waits for its line and costs nothing.
        running = [(each.name, stack.enter_context(_Running(each))) for each in contenders]
        taken: dict[str, list[float]] = {name: [] for name, _ in running}
        for _ in range(rounds):
            for name, process in running:
                taken[name].append(process.round())
    return taken


def ratio(seconds: Seconds, above: str, below: str) -> float:
    """Median over the rounds of one contender's seconds divided by the other's of the same round."""
    return statistics.median(_ratios(seconds, above, below))


def ratio_cell(seconds: Seconds, above: str, below: str) -> str:
    """The median, and the lowest and highest: a wide range tells that the machine was not quiet."""
    found = _ratios(seconds, above, below)
    return f"{statistics.median(found):.2f} ({min(found):.2f} to {max(found):.2f})"


def _ratios(seconds: Seconds, above: str, below: str) -> list[float]:
    return [a / b for a, b in zip(seconds[above], seconds[below], strict=True)]


def words(texts: Sequence[str]) -> int:
    return sum(len(text.split()) for text in texts)
