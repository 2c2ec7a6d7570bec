"""`python -m tests.observability.picture FILE.png`: two minutes of mixed work, as the dashboard's queries see it."""

import itertools
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Final

from playwright.sync_api import sync_playwright

from deploy.observability.panels import INTERVAL, ROWS
from tests.observability.drawing import lines_of, page
from tests.observability.watched import FRENCH, TEXT, Watched, watched
from tests.services.processes import eventually

_SECONDS: Final = 120.0
_STEP_S: Final = 2.0
_CHROMIUM: Final = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]


def main() -> int:
    """Fails where a query has no answer."""
    target = Path(sys.argv[1])
    with tempfile.TemporaryDirectory() as folder, watched(Path(folder), interval="1s") as service:
        start = time.time()
        _load(service, start + _SECONDS)
        end = time.time()
        drawn = {}
        for panel in (panel for row in ROWS for panel in row.panels):
            answers = [
                (
                    query.legend,
                    service.prometheus.query_range(
                        query.expression.replace(INTERVAL, "10s"), start=start, end=end, step_s=_STEP_S
                    ),
                )
                for query in panel.queries
            ]
            drawn[panel.title] = lines_of(answers)
    _shoot(page(drawn, start, end), target)
    return 0


def _load(service: Watched, until: float) -> None:
    """Small jobs all the time, bigger ones by waves, so that queues come and go; a process that dies now and then."""

    def small(language: str, text: str) -> None:
        for number in itertools.count():
            if time.time() > until:
                return
            webhook = {"webhook": {"url": f"{service.receiver.url}/told"}} if number % 5 == 0 else {}
            service.stack.job(service.stack.submit(text, language=language, **webhook), wait_s=30)

    def waves() -> None:
        while time.time() < until:
            # No waiting for ends: a busy machine is behind with them.
            service.stack.http.post("/v1/jobs", json={"documents": [{"text": " "}]})
            for _ in range(3):
                documents = [{"text": f"{TEXT} {FRENCH} " * 4}] * 1500
                service.stack.http.post("/v1/jobs", json={"documents": documents})
            threading.Event().wait(12)

    sorts = (("en", TEXT), ("en", TEXT), ("fr", FRENCH))
    threads = [threading.Thread(target=small, args=sort) for sort in sorts]
    threads.append(threading.Thread(target=waves))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _shoot(text: str, target: Path) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=_CHROMIUM)
        tab = browser.new_page(viewport={"width": 1472, "height": 900})
        tab.set_content(text)
        eventually(lambda: tab.locator("svg").count() > 10, what="it is drawn")
        target.parent.mkdir(parents=True, exist_ok=True)
        tab.screenshot(path=target, full_page=True)
        browser.close()


if __name__ == "__main__":
    sys.exit(main())
