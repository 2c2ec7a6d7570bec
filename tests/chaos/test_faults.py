"""Each fault of the table, at small scale; `make chaos` does the same at full scale and writes docs/reliability.md."""

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pytest

from tests.chaos.faults import FAULTS, Fault
from tests.chaos.observers import EndsWatch
from tests.chaos.site import Site, open_site
from tests.chaos.strikes import Pace
from tests.chaos.texts import load_texts
from tests.chaos.trial import Documents, quiet_run, run_trial

#: With the short times of tests/services/stack.py.
PACE = Pace(
    jobs_before=10,
    after_s=0.5,
    rounds=1,
    pause_s=3.0,
    long_pause_s=6.0,
    restart_s=0.5,
    worker_lost_s=3.0,
    hint_lost_s=1.0,
)


@dataclass(frozen=True, slots=True)
class Bench:
    site: Site
    texts: Sequence[str]
    expected: Sequence[Documents]
    ends: EndsWatch


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    with open_site(tmp_path_factory.mktemp("chaos"), {"LOG_LEVEL": "info"}) as site:
        texts = load_texts()
        ends = EndsWatch(site.stack)
        yield Bench(site, texts, quiet_run(site, texts), ends)
        ends.end()


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_every_accepted_job_ends_once_and_as_in_a_quiet_run(fault: Fault, bench: Bench) -> None:
    if not fault.is_possible(bench.site):
        pytest.skip("this machine cannot make it")
    outcome = run_trial(fault, PACE, bench.site, bench.texts, bench.expected, bench.ends)
    sys.stdout.write(bench.site.stack.logs()[-3000:])
    assert outcome.is_fine, outcome
