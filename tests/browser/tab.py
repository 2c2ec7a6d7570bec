"""One tab of Debian's chromium on the page, as somebody uses it; what it must never do is watched all along."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]  # it has no types
from playwright.sync_api import Browser, ConsoleMessage, Dialog, Locator, Request, Route, expect

CHROMIUM: Final = Path("/usr/bin/chromium")
#: Nothing that asks an outside host, and no sandbox where root runs the tests.
ARGUMENTS: Final = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
).split()
#: A real job stands between a click and what is expected.
PATIENCE_MS: Final = 20_000
#: What a browser writes when the service refuses something, which the page shows.
_REFUSAL: Final = re.compile(r"Failed to load resource")

expect.set_options(timeout=PATIENCE_MS)


class Tab:
    """`url`: of the service. `options`: of Playwright's `new_context`."""

    def __init__(self, browser: Browser, url: str, **options: Any) -> None:
        self.url = url
        self.context = browser.new_context(**options)
        self.page = self.context.new_page()
        self.page.set_default_timeout(PATIENCE_MS)
        self.complaints: list[str] = []
        self.sent: list[dict[str, Any]] = []
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", self._asked)
        self.page.on("dialog", self._interrupted)
        self.context.route("**/*", self._within)

    def open(self, view: str = "", *, ready: bool = True) -> "Tab":
        self.page.goto(f"{self.url}/{view}")
        if ready:
            expect(self.page.locator("html[data-ready]")).to_be_attached()
        return self

    def find(self, selector: str) -> Locator:
        return self.page.locator(selector)

    def button(self, name: str, within: Locator | None = None) -> Locator:
        return (within or self.page).get_by_role("button", name=name, exact=True)

    def anonymize(self, text: str) -> None:
        """Returns when the result is shown."""
        self.page.get_by_label("Text", exact=True).fill(text)
        with self.shown():
            self.button("Anonymize").click()

    def paste(self, text: str) -> None:
        """What the clipboard does: letter by letter a long text takes a browser minutes."""
        self.page.evaluate("text => (document.querySelector('#input').value = text)", text)
        self.find("#input").dispatch_event("input")

    def shown(self, *, within_ms: float = PATIENCE_MS) -> "Shown":
        """A result that is awaited."""
        return Shown(self, within_ms)

    @property
    def original(self) -> str:
        return self._column("original")

    @property
    def anonymized(self) -> str:
        return self._column("anonymized")

    def mark(self, text: str) -> Locator:
        """In the original: an entity, or a word that is kept."""
        return self.find(".original mark").filter(has_text=re.compile(f"^{re.escape(text)}$")).first

    def violations(self) -> list[str]:
        """Of the rules that axe has, all of them."""
        found = Axe().run(self.page, options={"resultTypes": ["violations"]}).response["violations"]
        return [f"{rule['id']}: {node['html']} {node['failureSummary']}" for rule in found for node in rule["nodes"]]

    def import_from(self, module: str, expression: str, argument: Any) -> Any:
        """What `expression` gives with the module as `it` and the argument as `given`."""
        return self.page.evaluate(
            f"async (given) => {{ const it = await import('/page/{module}'); return ({expression}); }}", argument
        )

    def close(self) -> None:
        """Raises AssertionError for a fault of the page, a breach of its policy or a request to another host."""
        self.context.close()
        assert self.complaints == []

    def _column(self, name: str) -> str:
        return str(
            self.page.evaluate(f"[...document.querySelectorAll('.{name}')].map(each => each.textContent).join('')")
        )

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not _REFUSAL.search(message.text):
            self.complaints.append(message.text)

    def _interrupted(self, dialog: Dialog) -> None:
        self.complaints.append("a dialog")
        dialog.dismiss()

    def _asked(self, request: Request) -> None:
        if (
            request.method == "POST"
            and request.url == f"{self.url}/v1/jobs"
            and (request.post_data or "").startswith("{")
        ):
            self.sent.append(json.loads(request.post_data or ""))

    def _within(self, route: Route) -> None:
        if route.request.url.startswith((self.url, "data:", "blob:")):
            route.continue_()
        else:
            self.complaints.append(f"asked {route.request.url}")
            route.abort()


class Shown:
    """Waits, at its end, for a result that was not there at its beginning."""

    def __init__(self, tab: Tab, within_ms: float) -> None:
        self._tab = tab
        self._within_ms = within_ms

    def __enter__(self) -> None:
        self._tab.page.evaluate("document.querySelector('#panes .rows:not(.heads)')?.setAttribute('data-old', '')")

    def __exit__(self, kind: object, *_: object) -> None:
        if kind is None:
            expect(self._tab.find("#panes .rows:not(.heads):not([data-old]) .row").first).to_be_attached(
                timeout=self._within_ms
            )
            expect(self._tab.find("#status")).to_be_empty(timeout=self._within_ms)


MakeTab = Callable[..., Tab]
