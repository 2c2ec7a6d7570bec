"""`python -m gateway.audit verify | print`: the audit log, checked or as JSON lines."""

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

from gateway.audit.verification import Verdict, entries_of, verify
from gateway.audit.view import entry_view
from shared.audit import Action
from shared.audit_chain import Entry
from shared.cipher import load_key_ring
from shared.errors import StoreUnavailable
from shared.jobs.store import SyncStore
from shared.redis import connect_sync
from shared.settings import get_settings


def main(arguments: Sequence[str] | None = None) -> int:
    """0: it is as it was signed; 1: it is not; 2: it cannot be looked at."""
    options = _parser().parse_args(arguments)
    try:
        settings = get_settings()
        store = SyncStore(connect_sync(settings))
        if options.command == "print":
            for entry in entries_of(store.run):
                if _is_wanted(entry, options):
                    sys.stdout.write(entry_view(entry).model_dump_json() + "\n")
            return 0
        verdict = verify(store.run, load_key_ring(settings), dict(_logged(options.log)))
    except (ValueError, OSError, StoreUnavailable) as error:
        sys.stderr.write(f"gateway.audit: {error}\n")
        return 2
    _tell(verdict)
    return 1 if verdict.findings else 0


def _tell(verdict: Verdict) -> None:
    for finding in verdict.findings:
        sys.stdout.write(f"{finding.fault} at entry {finding.sequence}\n")
    answer = "NOT as it was signed" if verdict.findings else "as it was signed"
    sys.stdout.write(
        f"{answer}: {verdict.entries} entries, {verdict.first} to {verdict.last}, {verdict.anchors} known hashes, "
        f"{verdict.waiting} notes not chained yet\n"
    )


def _logged(files: Sequence[Path]) -> Iterator[tuple[int, str]]:
    """What the gateway's log says of the chain's end, hour by hour."""
    for path in files:
        for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
            if '"audit_anchored"' in line:
                logged = json.loads(line)
                yield int(logged["sequence"]), str(logged["hash"])


def _is_wanted(entry: Entry, options: argparse.Namespace) -> bool:
    wanted = (
        (options.client, entry.note.client),
        (options.job, entry.note.subject),
        (options.key, entry.note.key_id),
        (options.action, entry.note.action),
    )
    if any(value is not None and value != found for value, found in wanted):
        return False
    return options.since is None or entry.note.time_ms >= options.since.timestamp() * 1000


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise argparse.ArgumentTypeError("needs a time zone: Z, or as in +01:00")
    return moment


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m gateway.audit", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    check = commands.add_parser("verify", help="find what was altered, taken out, moved, put in or cut off")
    check.add_argument("--log", type=Path, action="append", default=[], help="a log of the gateway, as JSON lines")
    lines = commands.add_parser("print", help="the entries, oldest first")
    lines.add_argument("--since", type=_moment, help="RFC 3339")
    for name in ("client", "key", "job"):
        lines.add_argument(f"--{name}")
    lines.add_argument("--action", choices=[each.value for each in Action])
    return parser


if __name__ == "__main__":
    sys.exit(main())
