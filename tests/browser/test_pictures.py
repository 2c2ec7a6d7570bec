"""The pictures of the documentation: `make pictures` writes them, any other run only makes them."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import url_of
from tests.browser.tab import MakeTab, Tab
from tests.services.processes import ROOT
from tests.services.stack import Stack

pytestmark = pytest.mark.browser

WIDE = {"width": 1280, "height": 1490}
PHONE = {"width": 390, "height": 844}


def text(tab: Tab) -> None:
    with tab.shown():
        tab.button("English").click()
    tab.find("textarea").evaluate("each => each.scrollTo(0, 0)")
    tab.mark("Harrow & Finch Ltd").hover()
    expect(tab.page.get_by_role("tooltip")).to_be_visible()


def corrected(tab: Tab) -> None:
    with tab.shown():
        tab.button("Français").click()
    tab.find("#operator").select_option("pseudonym")
    expect(tab.find("#status")).to_be_empty()
    expect(tab.find(".anonymized mark").first).not_to_contain_text("<")
    tab.find("textarea").evaluate("each => each.scrollTo(0, 0)")


def phone(tab: Tab) -> None:
    with tab.shown():
        tab.button("English").click()
    tab.find("#result").scroll_into_view_if_needed()
    tab.page.evaluate("document.querySelector('#result').scrollIntoView()")
    tab.button("Anonymize").blur()


@pytest.mark.parametrize(
    ("name", "viewport", "scheme", "reach"),
    [
        ("page", WIDE, "light", text),
        ("page-dark", WIDE, "dark", corrected),
        ("page-phone", PHONE, "light", phone),
    ],
)
def test_picture(
    make_tab: MakeTab,
    site: Stack,
    tmp_path: Path,
    name: str,
    viewport: dict[str, int],
    scheme: Literal["dark", "light"],
    reach: Callable[[Tab], None],
) -> None:
    folder = ROOT / "docs" / "images" if os.environ.get("PICTURES") else tmp_path
    tab = make_tab(url_of(site), viewport=viewport, color_scheme=scheme, reduced_motion="reduce").open()
    reach(tab)
    tab.page.screenshot(path=folder / f"{name}.png", animations="disabled")
    assert (folder / f"{name}.png").stat().st_size > 20_000
