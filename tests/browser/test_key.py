"""A service with keys: asked for once, kept in the tab; and jobs on which nobody works yet."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from gateway.access.scopes import Scope
from tests.access.service import Guarded
from tests.browser.conftest import url_of
from tests.browser.tab import MakeTab, Tab

pytestmark = pytest.mark.browser

MakeKey = Callable[..., str]
TEXT = "Jane Doe lives in Leeds."


def give(tab: Tab, key: str) -> None:
    dialog = tab.page.get_by_role("dialog", name="API key")
    expect(dialog).to_be_visible()
    dialog.get_by_label("Key").fill(key)
    tab.button("Use it", dialog).click()


@pytest.fixture
def opened(make_tab: MakeTab, guarded_site: Guarded) -> Callable[[str], Tab]:
    """The page with a key."""

    def make(key: str) -> Tab:
        tab = make_tab(url_of(guarded_site.stack)).open(ready=False)
        give(tab, key)
        expect(tab.find("html[data-ready]")).to_be_attached()
        return tab

    return make


def test_a_key_is_asked_for_once_and_kept_in_the_tab(
    make_tab: MakeTab, guarded_site: Guarded, client_key: MakeKey
) -> None:
    key, url = client_key(), url_of(guarded_site.stack)
    tab = make_tab(url).open(ready=False)
    give(tab, "ak_0123456789abcdef_wrong")
    expect(tab.find("#key-problem")).to_have_text("The service does not know this key.")
    give(tab, key)
    expect(tab.find("#glance")).to_have_text(re.compile(r"^1 worker · \d+ queued$"))
    expect(tab.find("dialog[open]")).to_have_count(0)
    tab.open()
    expect(tab.find("#glance")).to_contain_text("worker")
    assert tab.page.evaluate("[Object.values(sessionStorage), localStorage.length, document.cookie]") == [[key], 0, ""]
    assert key not in tab.page.content()
    other = tab.context.new_page()
    other.goto(url)
    expect(other.get_by_role("dialog", name="API key")).to_be_visible()
    other.close()
    tab.button("Forget the key").click()
    expect(tab.page.get_by_role("dialog", name="API key")).to_be_visible()
    assert tab.page.evaluate("sessionStorage.length") == 0
    tab.button("Not now").click()
    expect(tab.find("#glance")).to_have_text("No key")
    tab.button("Use a key").click()
    expect(tab.page.get_by_role("dialog", name="API key")).to_be_visible()


def test_a_job_that_waits_shows_its_place_and_is_canceled(
    opened: Callable[[str], Tab], client_key: MakeKey, guarded_site: Guarded
) -> None:
    key = client_key()
    tab = opened(key)
    before = guarded_site.submit(key)
    (queue,) = [each for each in guarded_site.get(key, "/v1/queues")["queues"] if each["model"] == "en_sm"]
    place = f"Queued: {queue['queued']} before it"
    tab.page.get_by_label("Text", exact=True).fill(TEXT)
    tab.button("Anonymize").click()
    status = tab.find("#status")
    expect(status).to_contain_text(place)
    expect(tab.find("#glance")).to_have_text(f"1 worker · {queue['queued'] + 1} queued")
    # The place is told anew when the stream is.
    guarded_site.stack.restart_gateway()
    expect(status).to_contain_text(place)
    tab.button("Cancel", status).click()
    expect(status).to_contain_text("The job is canceled.")
    tab.page.get_by_role("link", name="Jobs").click()
    expect(tab.find("#jobs-list .state")).to_have_text(["canceled", "queued"])
    tab.button(f"Cancel: {before}").click()
    expect(tab.find("#jobs-list .state")).to_have_text(["canceled", "canceled"])


def test_the_key_is_named_and_never_shown(opened: Callable[[str], Tab], client_key: MakeKey) -> None:
    key = client_key()
    tab = opened(key)
    request = {"text": TEXT, "language": "en", "model_size": "sm", "options": {}}
    for name in ("curl", "python"):
        shown = tab.import_from("equivalent.js", f"it.{name}(given)", request)
        assert key not in shown
    assert "$ANONYMIZE_API_KEY" in tab.import_from("equivalent.js", "it.curl(given)", request)


def test_what_a_key_may_not_do_is_told(opened: Callable[[str], Tab], client_key: MakeKey) -> None:
    tab = opened(client_key(Scope.JOBS_READ))
    tab.page.get_by_label("Text", exact=True).fill(TEXT)
    tab.button("Anonymize").click()
    expect(tab.find("#status")).to_contain_text("This needs a key with the scope jobs:write.")


def test_one_key_sees_its_own_jobs_alone(
    opened: Callable[[str], Tab], client_key: MakeKey, guarded_site: Guarded
) -> None:
    mine, other = client_key(), client_key()
    job_id = guarded_site.submit(mine)
    guarded_site.submit(other)
    tab = opened(mine)
    tab.page.get_by_role("link", name="Jobs").click()
    expect(tab.find("#jobs-list code").first).to_have_text(job_id)
    expect(tab.find("#jobs-list > li")).to_have_count(1)
