"""The jobs of a key, their webhooks, and what waits for whom."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.tab import Tab
from tests.services.processes import eventually
from tests.services.receiver import Receiver, Reply
from tests.services.stack import Stack

pytestmark = pytest.mark.browser

TEXT = "Jane Doe met Karl Roth in Leeds."
HOSTILE = '<img src=x onerror="alert(1)">'


def row(tab: Tab, job_id: str) -> Locator:
    return tab.find(f'[data-job="{job_id}"]')


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """Refuses for good, then takes."""
    receiver = Receiver(lambda _, number: Reply(410) if number == 1 else Reply())
    yield receiver
    receiver.end()


def test_a_job_is_looked_at_opened_and_erased(tab: Tab, site: Stack) -> None:
    documents = [{"custom_id": HOSTILE, "text": TEXT}, {"custom_id": "b", "text": "Ann Bell left."}]
    fields = {"documents": documents, "metadata": {"note": HOSTILE}}
    job = site.http.post("/v1/jobs", json=fields, headers={"Prefer": "wait=30"}).json()
    tab.page.get_by_role("link", name="Jobs").click()
    item = row(tab, job["id"])
    expect(item.locator(".state")).to_have_text("succeeded")
    tab.button(f"Details: {job['id']}").click()
    expect(item).to_contain_text(json.dumps({"note": HOSTILE}, separators=(",", ":")))
    expect(item).to_contain_text("No deliveries.")
    tab.button(f"Open: {job['id']}").click()
    expect(tab.find("#document-at")).to_have_text(f"Document 1 of 2: {HOSTILE}")
    assert (tab.original, tab.anonymized) == (TEXT, "<PERSON> met <PERSON> in <LOCATION>.")
    expect(tab.find("#lists")).to_be_hidden()
    tab.button("Next document").click()
    expect(tab.find(".anonymized").first).to_have_text("<PERSON> left.")
    tab.page.get_by_role("link", name="Jobs").click()
    tab.button(f"Erase: {job['id']}").click()
    with tab.page.expect_response(lambda answer: answer.request.method == "DELETE"):
        tab.button("Erase it", item).click()
    expect(item.locator(".state")).to_have_text("erased")
    with tab.page.expect_download() as download:
        tab.button("Download the receipt", item).click()
    statement = json.loads(json.loads(Path(download.value.path()).read_bytes())["statement"])
    assert statement["job_id"] == job["id"]
    assert site.http.get(f"/v1/jobs/{job['id']}").status_code == 410
    assert tab.find("main img").count() == 0


def test_a_delivery_is_seen_and_made_again(tab: Tab, site: Stack, receiver: Receiver) -> None:
    webhook = {"url": f"{receiver.url}/hook", "events": ["job.succeeded"]}
    job_id = site.submit(TEXT, webhook=webhook)
    assert site.job(job_id, wait_s=30)["state"] == "succeeded"
    tab.open("#jobs")
    item = row(tab, job_id)
    tab.button(f"Details: {job_id}").click()
    delivery = item.locator(".deliveries > li")
    expect(delivery).to_contain_text("job.succeeded to 127.0.0.1")
    expect(delivery).to_contain_text("given_up")
    expect(delivery.locator(".attempts > li")).to_contain_text("410")
    tab.button("Redeliver", delivery).click()
    eventually(lambda: len(receiver.of("/hook")) == 2, what="the webhook comes again")
    first, second = receiver.of("/hook")
    assert first.id == second.id
    # The details follow while they are open.
    expect(delivery).to_contain_text("delivered")
    expect(delivery.locator(".attempts > li")).to_have_count(2)


def test_jobs_are_listed_by_state_and_page(tab: Tab, site: Stack) -> None:
    ids = [site.submit(f"Jane Doe met person {number}.") for number in range(25)]
    for job_id in ids:
        site.job(job_id, wait_s=30)
    tab.open("#jobs")
    expect(row(tab, ids[-1])).to_be_visible()
    expect(row(tab, ids[0])).to_have_count(0)
    tab.button("Older jobs").click()
    expect(row(tab, ids[0])).to_be_visible()
    tab.page.get_by_label("State").select_option("expired")
    expect(tab.find("#jobs-list")).to_have_text("No jobs.")


def test_a_job_that_comes_is_seen_at_once(tab: Tab, site: Stack) -> None:
    tab.open("#jobs")
    expect(tab.find("#jobs-list > li").first).to_be_visible()
    job_id = site.submit(TEXT)
    expect(row(tab, job_id).locator(".state")).to_have_text("succeeded")
    expect(tab.find("#jobs-list > li").first).to_have_attribute("data-job", job_id)


def test_queue_and_workers_at_a_glance(tab: Tab, site: Stack) -> None:
    expect(tab.find("#glance")).to_have_text("1 worker · 0 queued")
    tab.find("#glance").click()
    expect(tab.find("#queues h2")).to_have_text(["auto_sm", "en_sm", "fr_sm"])
    expect(tab.find("#queues .state")).to_have_text(["served"] * 3)
    models = [model["package"] for model in site.http.get("/v1/models").json()["models"]]
    for package in models:
        expect(tab.find("#models")).to_contain_text(package)
