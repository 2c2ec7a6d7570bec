"""Files that are dropped on the page."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import FilePayload, expect

from tests.browser.tab import Tab

pytestmark = pytest.mark.browser

HOSTILE = '<img src=x onerror="alert(1)">.csv'
TABLE = "name,note\nJane Doe,Lives in Leeds.\nKarl Roth,Moved to Bradford.\n"


def test_each_file_is_a_job_and_comes_back(tab: Tab) -> None:
    tab.page.set_input_files(
        "#file-input",
        [
            FilePayload(name=HOSTILE, mimeType="text/csv", buffer=TABLE.encode()),
            FilePayload(name="letter.txt", mimeType="text/plain", buffer="Zoë Hall met Jane Doe.".encode("cp1252")),
            FilePayload(name="broken.json", mimeType="application/json", buffer=b'{"a": '),
            FilePayload(name="picture.png", mimeType="image/png", buffer=b"\x89PNG"),
        ],
    )
    items = tab.find("#files-list > li")
    expect(items).to_have_count(4)
    assert tab.find("#files-list b").all_inner_texts()[0] == HOSTILE
    expect(items.nth(2).locator(".notice")).not_to_be_empty()
    expect(items.nth(3).locator(".notice")).to_contain_text("kind")
    with tab.page.expect_download() as download:
        tab.button(f"Download {HOSTILE}, anonymized").click()
    assert download.value.suggested_filename == "anonymized.csv"
    content = Path(download.value.path()).read_text(encoding="utf-8")
    assert content == "name,note\n<PERSON>,Lives in <LOCATION>.\n<PERSON>,Moved to <LOCATION>.\n"
    tab.button("Open letter.txt").click()
    expect(tab.find(".original").first).to_have_text("Zoë Hall met Jane Doe.")
    tab.button(f"Open {HOSTILE}").click()
    expect(tab.find("#document-at")).to_contain_text("Document 1 of 4")
    assert tab.find("main img").count() == 0
    tab.button("Clear").click()
    expect(tab.find("#files")).to_be_hidden()


def test_a_file_is_dropped_anywhere(tab: Tab) -> None:
    dropped = tab.page.evaluate_handle(
        """() => {
          const dropped = new DataTransfer();
          dropped.items.add(new File(['Jane Doe lives in Leeds.'], 'note.md', { type: 'text/markdown' }));
          return dropped;
        }"""
    )
    tab.find("body").dispatch_event("drop", {"dataTransfer": dropped})
    with tab.page.expect_download() as download:
        tab.button("Download note.md, anonymized").click()
    assert Path(download.value.path()).read_text() == "<PERSON> lives in <LOCATION>."


def test_a_long_job_shows_how_far_it_is(tab: Tab) -> None:
    """Of many documents, each of its own, so that a worker has a while to do."""
    rows = "".join(f"Jane Doe met person {number} in Leeds and wrote about the day.\n" for number in range(3_000))
    tab.page.set_input_files("#file-input", [FilePayload(name="a.csv", mimeType="text/csv", buffer=rows.encode())])
    state = tab.find(".file-state")
    expect(state).to_contain_text("Running:")
    expect(state.locator("progress")).to_have_attribute("value", re.compile(r"^0\.\d"))
    tab.button("Cancel", state).click()
    expect(state).to_contain_text("Canceled")
