"""The alert rules: read by promtool, each shown to fire and not to fire (alerts_test.yml), each with what to do."""

import re
import subprocess
from pathlib import Path

import pytest

from tests.observability.prometheus import FOLDER
from tests.services.processes import ROOT

EXAMPLES = ROOT / "tests" / "observability" / "alerts_test.yml"
ALERTS = re.findall(r"- alert: (\w+)", (FOLDER / "alerts.yml").read_text(encoding="utf-8"))


def promtool(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["promtool", *arguments], capture_output=True, text=True, check=False)


def test_promtool_reads_them() -> None:
    done = promtool("check", "rules", str(FOLDER / "alerts.yml"))
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{len(ALERTS)} rules found" in done.stdout


def test_each_fires_where_it_should_and_not_where_it_should_not() -> None:
    done = promtool("test", "rules", str(EXAMPLES))
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("alert", ALERTS)
def test_each_has_an_example_in_which_it_fires(alert: str) -> None:
    assert f'alertname="{alert}"' in EXAMPLES.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("found", "changed"),
    [
        ("max(anonymization_workers) < 1", "max(anonymization_workers) < 0"),
        ("0.01 * sum", "10 * sum"),
        ("anonymization_store_memory_limit_bytes > 0", "anonymization_store_memory_limit_bytes >= 0"),
        ("> 16000", "> 18000"),
        ('outcome="given_up"', 'outcome="tried_again"'),
    ],
)
def test_the_examples_would_notice_a_rule_that_is_wrong(tmp_path: Path, found: str, changed: str) -> None:
    rules = (FOLDER / "alerts.yml").read_text(encoding="utf-8")
    assert found in rules
    (tmp_path / "alerts.yml").write_text(rules.replace(found, changed), encoding="utf-8")
    examples = EXAMPLES.read_text(encoding="utf-8").replace("../../deploy/observability/alerts.yml", "alerts.yml")
    (tmp_path / "examples.yml").write_text(examples, encoding="utf-8")
    assert promtool("test", "rules", str(tmp_path / "examples.yml")).returncode != 0
