"""A bar with rate and time left."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, Task, TextColumn, TimeRemainingColumn
from rich.text import Text


class _Rate(ProgressColumn):
    def render(self, task: Task) -> Text:
        """Of the last half minute."""
        speed = task.finished_speed or task.speed
        return Text("" if speed is None else f"{speed:.1f} files/s")


@contextmanager
def bar(total: int) -> Iterator[Callable[[int], None]]:
    """Call it whenever one more is over, with how many have failed."""
    shown = Progress(
        MofNCompleteColumn(),
        BarColumn(),
        _Rate(),
        TimeRemainingColumn(),
        TextColumn("{task.fields[failed]}", style="red"),
        console=Console(stderr=True),
    )
    with shown:
        task = shown.add_task("", total=total, failed="")

        def over(failed: int) -> None:
            shown.update(task, advance=1, failed=f"{failed} failed" if failed else "")

        yield over
