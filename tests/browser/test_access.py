"""For everybody: screen readers (axe), the keyboard alone, a phone, dark and light, no motion."""

from collections.abc import Callable
from typing import Literal

import pytest
from playwright.sync_api import expect

from tests.access.service import Guarded
from tests.browser.conftest import url_of
from tests.browser.tab import MakeTab, Tab
from tests.services.stack import Stack

pytestmark = pytest.mark.browser

Scheme = Literal["dark", "light"]


def result_with_everything(tab: Tab) -> None:
    """A word kept, one hidden by hand, the code, the reasons of an entity, all types open."""
    with tab.shown():
        tab.button("English").click()
    with tab.shown():
        tab.mark("Bradford").click()
    tab.page.get_by_label("Words to hide").fill("pneumonia")
    with tab.shown():
        tab.button("Hide", tab.find(".add")).click()
    tab.find(".chip").last.click()
    tab.page.get_by_text("Types and their operators").click()
    tab.page.get_by_role("button", name="curl").click()
    tab.mark("Dr").focus()
    expect(tab.page.get_by_role("tooltip")).to_be_visible()


def failed(tab: Tab) -> None:
    tab.button("Anonymize").click()
    expect(tab.find("#status .notice")).to_be_visible()


def jobs(tab: Tab) -> None:
    tab.open("#jobs")
    item = tab.find("#jobs-list > li").first
    item.get_by_text("Details").click()
    expect(item.get_by_text("No deliveries.")).to_be_visible()
    tab.find("#jobs-list > li").nth(1).get_by_text("Erase").click()


def service(tab: Tab) -> None:
    tab.open("#service")
    expect(tab.find("#queues li")).to_have_count(3)


STATES = {"failed": failed, "result": result_with_everything, "jobs": jobs, "service": service}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_any_state(make_tab: MakeTab, site: Stack, scheme: Scheme) -> None:
    tab = make_tab(url_of(site), color_scheme=scheme, reduced_motion="reduce").open()
    found = {"at first": tab.violations()}
    for name, reach in STATES.items():
        reach(tab)
        found[name] = tab.violations()
    assert {name: each for name, each in found.items() if each} == {}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_where_a_key_is_asked_for(make_tab: MakeTab, guarded_site: Guarded, scheme: Scheme) -> None:
    tab = make_tab(url_of(guarded_site.stack), color_scheme=scheme).open(ready=False)
    expect(tab.page.get_by_role("dialog")).to_be_visible()
    assert tab.violations() == []


def test_a_phone_scrolls_down_alone(make_tab: MakeTab, site: Stack) -> None:
    tab = make_tab(url_of(site), viewport={"width": 360, "height": 740}, is_mobile=True, has_touch=True).open()
    for name, reach in {"at first": lambda _: None, **STATES}.items():
        reach(tab)
        assert tab.page.evaluate("document.documentElement.scrollWidth") == 360, name
        outside = "all => all.filter(each => each.getBoundingClientRect().right > 361).map(each => each.outerHTML)"
        assert tab.find("main button:visible, main select:visible, main input:visible").evaluate_all(outside) == [], (
            name
        )


def test_the_keyboard_alone_reaches_everything(tab: Tab) -> None:
    keyboard = tab.page.keyboard
    keyboard.press("Tab")
    expect(tab.page.get_by_text("Skip to the content")).to_be_focused()
    keyboard.press("Enter")
    reached = focused_after(tab, "Tab", until=lambda name: name == "English")
    assert reached[-1] == "English"
    with tab.shown():
        keyboard.press("Enter")
    tab.button("Anonymize").focus()
    # The colours, the texts as one stop with one value, the lists, what to take along: in this order.
    reached = focused_after(tab, "Tab", until=lambda name: name == "Copy")
    assert reached[-1] == "Copy"
    assert len(reached) < 30
    for _ in range(3):
        tab.find("#panes").focus()
    keyboard.press("ArrowRight")
    expect(tab.find(".original mark").first).to_be_focused()
    with tab.shown():
        keyboard.press("Space")
    expect(tab.find(".original mark[aria-pressed=false]")).not_to_have_count(0)


def focused_after(tab: Tab, key: str, *, until: Callable[[str], bool]) -> list[str]:
    """What has the focus after each press; ends after a hundred."""
    names: list[str] = []
    while len(names) < 100 and not (names and until(names[-1])):
        tab.page.keyboard.press(key)
        names.append(str(tab.page.evaluate("document.activeElement.textContent.trim()")))
    return names


def test_nothing_moves_where_motion_is_unwanted(make_tab: MakeTab, site: Stack) -> None:
    tab = make_tab(url_of(site), reduced_motion="reduce").open()
    moving = "() => [...document.styleSheets].length && document.getAnimations().length"
    tab.find("#anonymize").hover()
    assert tab.page.evaluate(moving) == 0
    duration = "all => all.every(each => getComputedStyle(each).transitionDuration === '0s')"
    assert tab.find("button, a, mark").evaluate_all(duration)
