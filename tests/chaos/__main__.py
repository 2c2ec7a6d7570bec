"""`make chaos`: every fault at full scale, with the product's own times; the table goes into docs/reliability.md.

.venv/bin/python -m tests.chaos [--only WORDS_OF_A_NAME] [--document FILE]
"""

import argparse
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from bench.report import heading, replace_section
from shared.settings import Settings
from tests.chaos.faults import FAULTS, Fault
from tests.chaos.observers import EndsWatch
from tests.chaos.site import Site, open_site
from tests.chaos.strikes import Pace
from tests.chaos.texts import load_texts
from tests.chaos.trial import Outcome, changed_since, quiet_run, run_trial

#: Instead of the short ones of the tests.
_OWN_TIMES: Final = ("lease_s", "reconcile_s", "heartbeat_s", "worker_lost_s", "hint_lost_s")
_HEAD: Final = (
    "| fault | jobs | lost | doubled | other result | no webhook | wrong answers | seconds until the queue moved again"
    " | slowest job, s |\n"
    "|---|---|---|---|---|---|---|---|---|"
)


def main() -> int:
    """0 when every fault left everything as it should be."""
    parser = argparse.ArgumentParser(prog="make chaos", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--only", default="", help="faults whose name holds these words")
    parser.add_argument("--document", type=Path, help="the file whose table is replaced")
    options = parser.parse_args()
    own = Settings()
    times = {name.upper(): str(getattr(own, name)) for name in _OWN_TIMES}
    pace = Pace(60, 5.0, 3, 10.0, 25.0, 2.0, own.worker_lost_s, own.hint_lost_s)
    with tempfile.TemporaryDirectory() as folder, open_site(Path(folder), {**times, "LOG_LEVEL": "info"}) as site:
        faults = [fault for fault in FAULTS if options.only in fault.name]
        outcomes, changed = _run_all(faults, pace, site)
        if changed or not all(outcome.is_fine for outcome in outcomes):
            sys.stdout.write(site.stack.logs()[-20_000:])
    jobs = sum(outcome.jobs for outcome in outcomes)
    last = f"\n{jobs} jobs; looked at again after the last fault, {len(changed)} of them had changed."
    lines = [f"{heading('`make chaos`')}\n", _HEAD, *map(_row, outcomes), last]
    if options.document:
        replace_section(options.document, "chaos", "\n".join(lines))
    sys.stdout.write("\n".join(lines) + "\n")
    return int(bool(changed) or not all(outcome.is_fine for outcome in outcomes))


def _run_all(faults: Sequence[Fault], pace: Pace, site: Site) -> tuple[list[Outcome], tuple[str, ...]]:
    """The outcomes, and the jobs that were not at the very end as they had ended."""
    texts = load_texts()
    expected = quiet_run(site, texts)
    ends = EndsWatch(site.stack)
    outcomes = []
    for fault in faults:
        if not fault.is_possible(site):
            sys.stderr.write(f"not possible on this machine: {fault.name}\n")
            continue
        outcome = run_trial(fault, pace, site, texts, expected, ends)
        sys.stderr.write(f"{_row(outcome)}\n")
        for found in (outcome.lost, outcome.doubled, outcome.differing, outcome.untold, outcome.wrong_answers):
            if found:
                sys.stderr.write(f"  {found[:10]}\n")
        outcomes.append(outcome)
    ends.end()
    return outcomes, tuple(job_id for outcome in outcomes for job_id in changed_since(outcome.ends, site))


def _row(outcome: Outcome) -> str:
    counts = (outcome.lost, outcome.doubled, outcome.differing, outcome.untold, outcome.wrong_answers)
    cells = [outcome.fault, outcome.jobs, *map(len, counts), f"{outcome.stood_still_s:.1f}", f"{outcome.slowest_s:.1f}"]
    return f"| {' | '.join(map(str, cells))} |"


if __name__ == "__main__":
    sys.exit(main())
