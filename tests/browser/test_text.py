"""A text on the page: anonymized by a real job, looked at, corrected, taken along."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import url_of
from tests.browser.tab import MakeTab, Tab
from tests.services.processes import ROOT
from tests.services.stack import Stack

pytestmark = pytest.mark.browser

TEXT = "Jane Doe met Karl Roth in Leeds.\n\nWrite to jane.doe@example.org — or ask the quartzman."


#: For a worker on a machine that has other things to do.
LONG_MS = 60_000


def latest(site: Stack) -> dict[str, Any]:
    """The document of the newest job's result, as the API gives it."""
    job = site.http.get("/v1/jobs", params={"limit": 1}).json()["jobs"][0]
    return dict(site.result(job["id"])["documents"][0])


@pytest.mark.parametrize(("name", "language"), [("English", "en"), ("Français", "fr")])
def test_an_example_is_anonymized_at_a_click(tab: Tab, site: Stack, name: str, language: str) -> None:
    with tab.shown():
        tab.button(name).click()
    document = latest(site)
    assert tab.original == tab.page.get_by_label("Text", exact=True).input_value()
    assert tab.anonymized == document["anonymized_text"]
    assert tab.find("#language").input_value() == language
    entities = document["entities"]
    assert tab.find(".original mark").all_inner_texts() == [each["text"] for each in entities]
    chips = dict(
        tab.find(".chip").evaluate_all("all => all.map(each => [...each.childNodes].map(part => part.textContent))")
    )
    types = [each["type"] for each in entities]
    assert chips == {name: str(types.count(name)) for name in types}
    expect(tab.find("#result-about")).to_contain_text(f"{len(entities)} entities · {language}")


def test_what_is_chosen_is_what_is_asked_for(tab: Tab) -> None:
    tab.anonymize(TEXT)
    assert tab.sent[-1] == {
        "text": TEXT,
        "language": "en",
        "model_size": "sm",
        "options": {"operators": {"default": {"name": "replace"}}, "explain": True},
    }
    tab.page.get_by_text("Types and their operators").click()
    tab.page.get_by_label("Find a type").fill("url")
    expect(tab.find("#types-list li:visible")).to_have_count(1)
    tab.find("#types-list li:visible").get_by_role("checkbox").uncheck()
    tab.page.get_by_label("Find a type").fill("")
    tab.page.get_by_label("Operator of PERSON").select_option("mask")
    tab.find("#operator").select_option("numbered")
    tab.find("#threshold").fill("0.3")
    tab.find("#language").select_option("auto")
    # The answer followed each change; the last one had them all.
    expect(tab.find(".anonymized mark").first).to_have_text("********")
    expect(tab.find("#result-about")).to_contain_text("en (detected)")
    asked = tab.sent[-1]
    assert asked["language"] == "auto"
    assert asked["options"]["score_threshold"] == 0.3
    assert asked["options"]["operators"] == {
        "default": {"name": "replace", "numbered": True},
        "PERSON": {"name": "mask"},
    }
    assert "URL" not in asked["options"]["entity_types"]
    assert {"PERSON", "EMAIL_ADDRESS"} < set(asked["options"]["entity_types"])


def test_models_and_types_are_those_of_the_service(tab: Tab, site: Stack) -> None:
    served = site.http.get("/v1/models").json()["models"]
    assert tab.find("#language option").evaluate_all("all => all.map(each => each.value)") == ["en", "fr", "auto"]
    (english,) = [model for model in served if model["language"] == "en"]
    assert tab.find("#model option").all_inner_texts() == [f"sm · {english['package']}"]
    types = [each["name"] for each in site.http.get("/v1/entity-types").json()["entity_types"]]
    assert tab.find("#types-list b").evaluate_all("all => all.map(each => each.textContent)") == types


def test_pointer_and_focus_show_why(tab: Tab, site: Stack) -> None:
    tab.anonymize(TEXT)
    (entity,) = [each for each in latest(site)["entities"] if each["text"] == "Jane Doe"]
    tab.mark("Jane Doe").hover()
    why = tab.page.get_by_role("tooltip")
    expect(why).to_be_visible()
    shown = [entity["type"], "Names of people", f"{entity['score']:.2f}", entity["recognizer"], entity["operator"]]
    for words in (*shown, *entity["explanation"]["context"]):
        expect(why).to_contain_text(words)
    expect(tab.find("mark.active")).to_have_text(["Jane Doe", "<PERSON>"])
    tab.page.keyboard.press("Escape")
    expect(why).to_be_hidden()
    # By keyboard: the texts, then their first value, then from value to value.
    tab.find("#panes").focus()
    tab.page.keyboard.press("ArrowRight")
    expect(tab.mark("Jane Doe")).to_be_focused()
    tab.page.keyboard.press("ArrowRight")
    expect(tab.mark("Karl Roth")).to_be_focused()
    expect(why).to_contain_text("PERSON")
    expect(tab.mark("Karl Roth")).to_have_attribute("aria-describedby", "why")


def test_a_click_keeps_and_hides_again_and_the_answer_follows(tab: Tab) -> None:
    tab.anonymize(TEXT)
    with tab.shown():
        tab.mark("Leeds").click()
    assert tab.sent[-1]["options"]["allow"] == ["Leeds"]
    assert "met <PERSON> in Leeds." in tab.anonymized
    assert tab.original == TEXT
    expect(tab.mark("Leeds")).to_have_attribute("aria-pressed", "false")
    expect(tab.find("[data-list=allow] li")).to_have_count(1)
    tab.mark("Leeds").focus()
    with tab.shown():
        tab.page.keyboard.press("Enter")
    assert "allow" not in tab.sent[-1]["options"]
    assert "in <LOCATION>." in tab.anonymized
    expect(tab.mark("Leeds")).to_have_attribute("aria-pressed", "true")


def test_missed_words_are_hidden_by_selecting_them(tab: Tab) -> None:
    tab.anonymize(TEXT)
    assert "quartzman" in tab.anonymized
    # From within the word: all of it is meant.
    place = tab.page.evaluate(
        """() => {
          const cell = [...document.querySelectorAll('.original')].at(-1);
          const node = [...cell.childNodes].at(-1);
          const range = document.createRange();
          range.setStart(node, node.data.indexOf('artzman'));
          range.setEnd(node, node.data.indexOf('artzman') + 3);
          cell.scrollIntoView({ block: 'center' });
          const { left, right, top, bottom } = range.getBoundingClientRect();
          return { left, right, middle: (top + bottom) / 2 };
        }"""
    )
    mouse = tab.page.mouse
    mouse.move(place["left"], place["middle"])
    mouse.down()
    mouse.move(place["right"], place["middle"], steps=5)
    mouse.up()
    bar = tab.page.get_by_role("group", name="Hide the selected words")
    bar.get_by_label("Type of the selected words").select_option("ORGANIZATION")
    with tab.shown():
        tab.button("Hide", bar).click()
    assert tab.sent[-1]["options"]["deny"] == [{"text": "quartzman", "type": "ORGANIZATION"}]
    assert tab.anonymized.endswith("or ask the <ORGANIZATION>.")
    with tab.shown():
        tab.button("Take out quartzman").click()
    assert tab.anonymized.endswith("or ask the quartzman.")


def test_words_are_hidden_by_typing_them(tab: Tab) -> None:
    tab.anonymize(TEXT)
    tab.page.get_by_label("Words to hide").fill("Quartzman")
    tab.page.get_by_label("Type of these words").select_option("PERSON")
    with tab.shown():
        tab.page.keyboard.press("Enter")
        tab.button("Hide", tab.find(".add")).click()
    assert tab.anonymized.endswith("or ask the <PERSON>.")
    assert tab.sent[-1]["options"]["deny"] == [{"text": "Quartzman", "type": "PERSON"}]


def test_the_legend_filters_without_touching_the_text(tab: Tab) -> None:
    tab.anonymize(TEXT)
    none = "rgba(0, 0, 0, 0)"
    tab.page.evaluate("document.querySelectorAll('.panes mark').forEach((each, at) => (each.was = at))")
    tab.find(".chip").filter(has_text="PERSON").click()
    expect(tab.mark("Jane Doe")).to_have_css("background-color", none)
    expect(tab.mark("Leeds")).not_to_have_css("background-color", none)
    expect(tab.find(".chip").filter(has_text="PERSON")).to_have_attribute("aria-pressed", "false")
    tab.button("Colour no type").click()
    expect(tab.mark("Leeds")).to_have_css("background-color", none)
    tab.button("Colour all types").click()
    expect(tab.mark("Jane Doe")).not_to_have_css("background-color", none)
    same = "[...document.querySelectorAll('.panes mark')].every((each, at) => each.was === at)"
    assert tab.page.evaluate(same), "no mark was made anew"


def test_the_result_is_copied_and_downloaded(make_tab: MakeTab, site: Stack) -> None:
    tab = make_tab(url_of(site), permissions=["clipboard-read", "clipboard-write"]).open()
    tab.anonymize(TEXT)
    tab.button("Copy", tab.find("#result > .actions")).click()
    expect(tab.find("#copied")).to_have_text("Copied.")
    assert tab.page.evaluate("navigator.clipboard.readText()") == tab.anonymized
    with tab.page.expect_download() as download:
        tab.button("Download").click()
    assert download.value.suggested_filename == "anonymized.txt"
    assert Path(download.value.path()).read_text(encoding="utf-8") == tab.anonymized
    with tab.page.expect_download() as download:
        tab.button("Download JSON").click()
    assert json.loads(Path(download.value.path()).read_bytes())["documents"][0] == latest(site)


QUOTES = "Jane Doe said: \"It's $(here) `now` \\ in Leeds.\"\nC'est l’été ☀ 𝄞."


@pytest.mark.parametrize("text", [QUOTES, f"{QUOTES} Karl Roth left for Norwich. " * 80], ids=["short", "long"])
def test_the_same_by_program_gives_the_same(tab: Tab, tmp_path: Path, text: str) -> None:
    tab.anonymize(text)
    assert tab.original == text
    tab.page.get_by_role("button", name="curl").click()
    curl = tab.find("#code-text").inner_text()
    if "@request.json" in curl:
        with tab.page.expect_download() as download:
            tab.button("Download request.json").click()
        download.value.save_as(tmp_path / "request.json")
    answer = subprocess.run(["bash", "-c", curl], cwd=tmp_path, capture_output=True, check=True, timeout=60)
    assert json.loads(answer.stdout)["documents"][0]["anonymized_text"] == tab.anonymized
    tab.button("Python").click()
    python = tab.find("#code-text").inner_text()
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    answer = subprocess.run(
        [sys.executable, "-c", python], cwd=tmp_path, env=environment, capture_output=True, check=True, timeout=60
    )
    assert answer.stdout.decode() == f"{tab.anonymized}\n"


def test_a_refusal_is_told(tab: Tab) -> None:
    tab.page.get_by_label("Text", exact=True).fill("   ")
    tab.button("Anonymize").click()
    expect(tab.find("#status")).to_contain_text("send at least one word")
    expect(tab.find("#result")).to_be_hidden()


def test_nothing_of_a_text_stays_behind(tab: Tab, site: Stack) -> None:
    tab.anonymize("Wilhelmina Quartermain lives in Leeds.")
    assert tab.page.evaluate("[localStorage.length, sessionStorage.length, document.cookie, location.search]") == [
        0,
        0,
        "",
        "",
    ]
    assert tab.page.url == f"{url_of(site)}/"
    tab.page.goto(f"{url_of(site)}/docs")
    tab.page.go_back()
    expect(tab.find("html[data-ready]")).to_be_attached()
    assert tab.page.get_by_label("Text", exact=True).input_value() == ""
    assert "Quartermain" not in tab.page.content()


ATTACK = '<img src=x onerror="alert(1)"> <script>alert(2)</script> Jane Doe {{7*7}} javascript:alert(3)'


def test_a_hostile_text_stays_a_text(tab: Tab) -> None:
    tab.anonymize(ATTACK)
    assert tab.original == ATTACK
    tab.page.get_by_label("Words to hide").fill(ATTACK[:30])
    with tab.shown():
        tab.button("Hide", tab.find(".add")).click()
    tab.page.get_by_role("button", name="curl").click()
    assert tab.find("main img, main script").count() == 0


def test_a_large_text_is_built_of_rows_that_can_be_skipped(tab: Tab) -> None:
    line = "On {} she wrote to person{}@example.org about the second half of the report again."
    text = "\n".join(line.format(f"{1 + i % 28} March 2026", i) for i in range(2_500))
    assert len(text) > 200_000
    tab.paste(text)
    with tab.shown(within_ms=LONG_MS):
        tab.button("Anonymize").click()
    assert tab.original == text
    marks = tab.find(".original mark").count()
    assert marks >= 5_000
    expect(tab.find("#result-about")).to_contain_text(f"{marks:,} entities")
    rows = tab.find(".rows:not(.heads) .row")
    assert 500 <= rows.count() <= 2_501
    assert rows.evaluate_all("all => all.every(each => getComputedStyle(each).contentVisibility === 'auto')")
    assert tab.find(".original mark[tabindex='0']").count() == 1, "Tab does not stop 5,000 times"
    tab.mark("person2499@example.org").hover()
    expect(rows.last).to_be_in_viewport()
    # One click far below: the reader's place stays.
    place = "each => each.getBoundingClientRect().top"
    before = tab.mark("person2490@example.org").evaluate(place)
    with tab.shown(within_ms=LONG_MS):
        tab.mark("person2499@example.org").click()
    assert abs(tab.mark("person2490@example.org").evaluate(place) - before) < 60
    assert "to person2499@example.org about" in tab.anonymized
    assert re.search(r"to <EMAIL_ADDRESS> about", tab.anonymized)
