/** The jobs of this key: their state as it changes, and what can be done with each. */

import { Problem, ask, cancel, jobPath, read } from "./api.js";
import { button, byId, make, tell, time } from "./dom.js";
import * as deliveries from "./deliveries.js";
import { save } from "./download.js";
import { download } from "./file_jobs.js";
import * as progress from "./progress.js";

const EVERY_MS = 2_000;
const list = byId("jobs-list");
const problem = byId("jobs-problem");
/** By job id: its item, the job as it was drawn, whether its details are open. */
const items = new Map();
let cursor = null;
let timer = 0;
let openResult = () => {};

export function start({ onOpen }) {
  openResult = onOpen;
  byId("jobs-state").addEventListener("change", () => {
    items.clear();
    list.replaceChildren();
    load();
  });
  byId("jobs-more").addEventListener("click", older);
}

export function enter() {
  load();
  timer = setInterval(() => document.hidden || load(), EVERY_MS);
}

export function leave() {
  clearInterval(timer);
}

const query = (more = {}) => {
  const state = byId("jobs-state").value;
  return `/v1/jobs?${new URLSearchParams({ limit: 20, ...(state && { state }), ...more })}`;
};

async function load() {
  await told(async () => {
    const page = await read(query());
    const isFirst = items.size === 0;
    if (isFirst) cursor = page.next_cursor;
    page.jobs.toReversed().forEach((job) => put(job, true));
    // A webhook is delivered after its job's end, of which the job says nothing.
    items.forEach(({ details }, id) => details.hidden || deliveries.show(id, details.lastChild));
    if (isFirst && !page.jobs.length) list.replaceChildren(make("li", { class: "muted empty" }, "No jobs."));
    byId("jobs-more").hidden = cursor === null;
  });
}

async function older() {
  await told(async () => {
    const page = await read(query({ cursor }));
    cursor = page.next_cursor;
    page.jobs.forEach((job) => put(job, false));
    byId("jobs-more").hidden = cursor === null;
  });
}

async function told(act) {
  try {
    await act();
    tell(problem, null);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    tell(problem, error.message);
  }
}

/** Draws a job that is new or has changed; what has the focus keeps it. */
function put(job, isNewest) {
  const before = items.get(job.id);
  const drawn = JSON.stringify(job);
  if (before?.drawn === drawn) return;
  const kept = before ?? { item: make("li", { class: "job card", "data-job": job.id }), details: make("div", { class: "details", hidden: true }) };
  const focused = kept.item.contains(document.activeElement) ? document.activeElement.textContent : null;
  kept.item.replaceChildren(...content(job, kept));
  if (focused !== null) [...kept.item.querySelectorAll("button")].find((each) => each.textContent === focused)?.focus();
  if (!before) {
    list.querySelector(".empty")?.remove();
    if (isNewest) list.prepend(kept.item);
    else list.append(kept.item);
  } else if (!kept.details.hidden) showDetails(job, kept.details);
  items.set(job.id, { ...kept, drawn });
}

function content(job, kept) {
  const isOver = job.finished_at !== null;
  const act = (label, what) => button(label, () => told(what), { "aria-label": `${label}: ${job.id}` });
  return [
    make("div", { class: "bar" }, make("code", {}, job.id), make("span", { class: "state", "data-state": job.state }, job.state)),
    make("div", { class: "about muted" }, job.model, " · ", time(job.created_at), isOver && ` · ${took(job)}`),
    !isOver && make("div", { class: "line" }, make("span", {}, progress.words(job)), progress.bar(job, `Progress of ${job.id}`)),
    job.problem && make("p", { class: "notice" }, job.problem.detail),
    make(
      "div",
      { class: "actions" },
      isOver && job.counts.succeeded > 0 && button("Open", () => openResult(job), { "aria-label": `Open: ${job.id}` }),
      isOver && job.links.file && job.counts.succeeded > 0 && act("Download", () => download(job)),
      !isOver && act("Cancel", async () => put(await cancel(job.id))),
      act("Erase", () => erase(job, kept)),
      button("Details", () => toggle(job, kept), { "aria-expanded": String(!kept.details.hidden), "aria-label": `Details: ${job.id}` }),
    ),
    kept.details,
  ].filter(Boolean);
}

function took({ created_at: created, finished_at: finished, counts: { total, failed } }) {
  const seconds = ((new Date(finished) - new Date(created)) / 1000).toLocaleString([], { maximumFractionDigits: 2 });
  return `${seconds} s${total > 1 ? ` · ${total} documents` : ""}${failed ? ` · ${failed} failed` : ""}`;
}

function toggle(job, { details, item }) {
  details.hidden = !details.hidden;
  item.querySelector("[aria-expanded]").setAttribute("aria-expanded", String(!details.hidden));
  if (!details.hidden) showDetails(job, details);
}

function showDetails(job, place) {
  const facts = [
    ["Started", job.started_at && time(job.started_at)],
    ["Finished", job.finished_at && time(job.finished_at)],
    ["Kept until", job.expires_at && time(job.expires_at)],
    ["Attempts", String(job.attempts)],
    ["Durability", job.durability],
    ["Metadata", Object.keys(job.metadata).length > 0 && make("code", {}, JSON.stringify(job.metadata))],
  ].filter(([, value]) => value);
  const sent = make("div");
  place.replaceChildren(
    make("dl", {}, facts.flatMap(([name, value]) => [make("dt", {}, name), make("dd", {}, value)])),
    make("h2", {}, "Deliveries"),
    sent,
  );
  deliveries.show(job.id, sent);
}

/** Asked for twice: it cannot be taken back. The receipt stays on the page until it is left. */
async function erase(job, { item, details }) {
  const ask_ = item.querySelector(".actions");
  const again = make(
    "div",
    { class: "actions", role: "group", "aria-label": "Erase this job?" },
    "Erase texts and result for good?",
    button("Erase it", () => told(() => eraseNow(job, item)), { class: "danger" }),
    button("Keep it", () => again.replaceWith(ask_)),
  );
  ask_.replaceWith(again);
  details.hidden = true;
  again.querySelector("button").focus();
}

async function eraseNow(job, item) {
  const receipt = await (await ask("DELETE", jobPath(job.id))).json();
  const text = JSON.stringify(receipt, null, 1);
  item.replaceChildren(
    make("div", { class: "bar" }, make("code", {}, job.id), make("span", { class: "state", "data-state": "erased" }, "erased")),
    make("div", { class: "actions" }, button("Download the receipt", () => save(`receipt-${job.id}.json`, text, "application/json"))),
  );
  item.querySelector("button").focus();
}
