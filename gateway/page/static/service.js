/** Queue and workers: at a glance in the head of the page, and in full. */

import { Problem, read } from "./api.js";
import { byId, make, tell } from "./dom.js";

const EVERY_MS = 3_000;
const glance = byId("glance");
let onModels = () => {};
let known = "";

export async function start({ models }) {
  onModels = models;
  await look();
  setInterval(() => document.hidden || look(), EVERY_MS);
}

async function look() {
  try {
    const [queues, served] = await Promise.all([read("/v1/queues"), read("/v1/models")]);
    showGlance(queues);
    showQueues(queues, served.models);
    tell(byId("service-problem"), null);
    const names = JSON.stringify(served.models.map((model) => [model.id, model.package, model.version]));
    if (names !== known) onModels(served.models);
    known = names;
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    glance.dataset.state = "away";
    glance.textContent = error.status === 401 ? "No key" : "Service unavailable";
    tell(byId("service-problem"), error.message);
  }
}

const counted = (count, noun, plural = "s") => `${count.toLocaleString()} ${noun}${count === 1 ? "" : plural}`;

function showGlance({ workers, queues }) {
  const queued = queues.reduce((sum, queue) => sum + queue.queued, 0);
  glance.dataset.state = workers ? "alive" : "away";
  glance.textContent = `${counted(workers, "worker")} · ${queued.toLocaleString()} queued`;
}

function showQueues({ queues }, models) {
  const most = Math.max(1, ...queues.map((queue) => queue.queued));
  byId("queues").replaceChildren(
    ...queues.map((queue) =>
      make(
        "li",
        { class: "card" },
        make("div", { class: "bar" }, make("h2", {}, queue.model), make("span", { class: "state", "data-state": queue.processes ? "succeeded" : "failed" }, queue.processes ? "served" : "no worker")),
        make("p", { class: "figure" }, queue.queued.toLocaleString(), " ", make("small", {}, "queued")),
        make("meter", { min: "0", max: String(most), value: String(queue.queued), "aria-label": `Queued for ${queue.model}` }),
        make("p", { class: "muted" }, `${queue.claimed_per_s.toLocaleString()} a second · ${counted(queue.workers, "worker")}, ${counted(queue.processes, "process", "es")}`),
      ),
    ),
  );
  byId("models").replaceChildren(
    ...models.map((model) => make("li", {}, make("b", {}, model.id), " ", make("span", { class: "muted" }, `${model.package} ${model.version} · ${counted(model.workers, "worker")}`))),
  );
}
