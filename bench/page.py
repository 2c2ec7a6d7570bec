"""200 kB of text with 5,000 entities on the page: how long the browser is busy, and how it scrolls and filters.

    .venv/bin/python -m bench.page

Debian's chromium without a graphics card, against a real service. Prints a markdown table; nothing is judged.
"""

import statistics
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final

from playwright.sync_api import Page, sync_playwright

from bench.report import heading
from tests.browser.tab import ARGUMENTS, CHROMIUM, Tab
from tests.services.stack import Stack

_LINES: Final = 2_500
_LINE: Final = "On {day} March 2026 she wrote to person{number}@example.org about the second half of the report again."
#: A frame of 60 a second, and what a hand on a wheel moves in one.
_SCREENS_A_FRAME: Final = 0.35
_FRAMES: Final = 240
_WATCH: Final = """() => {
  window.long = [];
  new PerformanceObserver((list) => list.getEntries().forEach((each) => window.long.push(each.duration)))
    .observe({ type: "longtask" });
}"""
#: From frame to frame while the texts move under the reader; every fourth jump goes anywhere.
_SCROLL: Final = """async ([frames, screens]) => {
  const panes = document.querySelector("#panes");
  const times = [];
  let last = await new Promise(requestAnimationFrame);
  for (let at = 0; at < frames; at++) {
    panes.scrollTop += panes.clientHeight * screens;
    if (at % 60 === 59) panes.scrollTop = panes.scrollHeight * Math.abs(Math.sin(at));
    const now = await new Promise(requestAnimationFrame);
    times.push(now - last);
    last = now;
  }
  return times;
}"""
#: From the click on a type of the legend to the second frame after it: then it is drawn.
_FILTER: Final = """async () => {
  const times = [];
  for (let at = 0; at < 20; at++) {
    const began = performance.now();
    document.querySelectorAll("#legend .chip")[at % 2].click();
    await new Promise(requestAnimationFrame);
    await new Promise(requestAnimationFrame);
    times.push(performance.now() - began);
  }
  return times;
}"""


def main() -> None:
    text = "\n".join(_LINE.format(day=1 + number % 28, number=number) for number in range(_LINES))
    with ExitStack() as undo:
        folder = Path(undo.enter_context(tempfile.TemporaryDirectory()))
        stack = Stack(folder, {"MODELS": "en_sm", "WORKER_PROCESSES": "1", "LOG_LEVEL": "warning"})
        undo.callback(stack.end)
        stack.start_worker()
        playwright = undo.enter_context(sync_playwright())
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        undo.callback(browser.close)
        tab = Tab(browser, f"http://127.0.0.1:{stack.port}", viewport={"width": 1280, "height": 900})
        tab.open()
        tab.paste(text)
        rows = _measured(tab)
    sys.stdout.write("\n".join([heading(f"{len(text):,} characters"), "", *rows, ""]))


def _measured(tab: Tab) -> list[str]:
    page = tab.page
    page.evaluate(_WATCH)
    with tab.shown(within_ms=120_000):
        tab.button("Anonymize").click()
    entities = tab.find(".original mark").count()
    built = _long(page)
    scrolled, while_scrolling = page.evaluate(_SCROLL, [_FRAMES, _SCREENS_A_FRAME]), _long(page)
    filtered, while_filtering = page.evaluate(_FILTER), _long(page)
    return [
        f"| {entities:,} entities | p50 ms | p95 ms | most ms | tasks above 50 ms, longest ms |",
        "|---|---|---|---|---|",
        f"| result built | | | | {_tasks(built)} |",
        f"| a frame while scrolling | {_shown(scrolled)} | {_tasks(while_scrolling)} |",
        f"| a type filtered | {_shown(filtered)} | {_tasks(while_filtering)} |",
    ]


def _long(page: Page) -> list[float]:
    """Tasks in which the page could not answer, since it was last asked."""
    found: Any = page.evaluate("() => window.long.splice(0)")
    return [float(each) for each in found]


def _tasks(durations: list[float]) -> str:
    return f"{len(durations)}, {max(durations, default=0):.0f}"


def _shown(times: list[float]) -> str:
    p95 = statistics.quantiles(times, n=20)[-1]
    return f"{statistics.median(times):.0f} | {p95:.0f} | {max(times):.0f}"


if __name__ == "__main__":
    main()
