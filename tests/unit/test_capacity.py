"""`python -m bench.capacity`: how many jobs an hour, out of the figures of docs/performance.md."""

import pytest

from bench.capacity import Figures, Instance, an_hour, read_figures, shown, table
from tests.services.processes import ROOT

PERFORMANCE = (ROOT / "docs" / "performance.md").read_text(encoding="utf-8")


def test_the_table_of_the_documentation_is_made_of_the_figures_of_the_bench() -> None:
    """When it is not: `.venv/bin/python -m bench.capacity --write`."""
    assert table(read_figures(PERFORMANCE)) in (ROOT / "docs" / "deploy.md").read_text(encoding="utf-8")


def test_figures_that_are_not_there_are_not_made_up() -> None:
    with pytest.raises(ValueError, match="has no line like"):
        read_figures(PERFORMANCE.replace("| ours, submit then wait | 64 |", "| ours, submit then wait | 63 |"))


@pytest.mark.parametrize(
    ("instance", "jobs"),
    [
        (Instance("the machine that was measured", 2, 4), 100 * 0.7 * 3600),
        (Instance("twice as many", 4, 4), 200 * 0.7 * 3600),
        (Instance("a fifth of it for good", 2, 4, baseline=0.2), 20 * 0.7 * 3600),
    ],
)
def test_what_an_hour_gives_is_what_two_cores_gave_times_the_cores(instance: Instance, jobs: float) -> None:
    figures = Figures(single_jobs_per_s=100, documents_per_s=1, words_a_document=1)
    assert an_hour(figures.single_jobs_per_s, instance) == pytest.approx(jobs)


@pytest.mark.parametrize(("value", "text"), [(347_760.0, "350,000"), (69_552.0, "70,000"), (99.0, "99"), (7.4, "7")])
def test_no_more_digits_are_shown_than_are_known(value: float, text: str) -> None:
    assert shown(value) == text
