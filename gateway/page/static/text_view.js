/** A text becomes a job, the job is followed, its result is shown, and shown anew when what is asked for changes. */

import { Problem, cancel, submit } from "./api.js";
import * as composer from "./composer.js";
import { button, byId, make } from "./dom.js";
import { follow } from "./follow.js";
import * as lists from "./lists.js";
import * as options from "./options.js";
import * as progress from "./progress.js";
import * as result from "./result.js";

/** Several changes in a row become one job. */
const SETTLED_MS = 250;
const status = byId("status");
let running = null;
let timer = 0;

export function start({ onFiles }) {
  composer.start({
    onText: () => run(),
    onFiles,
    onExample: (language) => {
      options.setLanguage(language);
      lists.clear();
      run();
    },
    onEdit: () => lists.clear(),
  });
  options.start({ changed: again });
  lists.start({ changed: again });
}

/** After a change of the options: only where there is a result that it changes. */
export function again() {
  const before = result.request();
  if (before === null && running === null) return;
  clearTimeout(timer);
  timer = setTimeout(() => run({ stays: true }), SETTLED_MS);
}

async function run({ stays = false } = {}) {
  clearTimeout(timer);
  running?.stop();
  const request = { text: composer.text(), ...options.request() };
  const stopped = new AbortController();
  const mine = { id: null, stop: () => stop(mine, stopped) };
  running = mine;
  if (!stays) result.clear();
  say(make("span", {}, "Sending…"));
  try {
    const job = await submit(request);
    mine.id = job.id;
    if (running !== mine) return mine.stop();
    const ended = await follow(job.id, { onJob: showJob, onLost: () => say("Connection lost; looking again…"), signal: stopped.signal });
    if (ended.state === "succeeded" || ended.counts.succeeded) await result.show(ended, { request, stays });
    if (running === mine) showEnd(ended);
  } catch (error) {
    if (running === mine && error.name !== "AbortError") fail(error);
  } finally {
    if (running === mine) running = null;
  }
}

/** A job whose answer nobody waits for any more is not worked on. */
function stop(mine, stopped) {
  stopped.abort();
  if (mine.id !== null) cancel(mine.id).catch(() => {});
}

function showJob(job) {
  if (["queued", "running"].includes(job.state)) {
    say(make("span", {}, progress.words(job)), progress.bar(job, "Progress of the job"), button("Cancel", () => cancel(job.id).catch(fail)));
  }
}

function showEnd(job) {
  if (job.state === "succeeded") say();
  else fail(new Problem(0, job.problem ?? { title: `The job is ${job.state}.` }));
}

/** A result of another job, which was not sent from here. */
export async function open(job) {
  running?.stop();
  running = null;
  say();
  try {
    await result.show(job);
  } catch (error) {
    result.clear();
    fail(error);
  }
}

function fail(error) {
  if (!(error instanceof Problem)) throw error;
  say(make("span", { class: "notice" }, error.message));
}

function say(...parts) {
  status.replaceChildren(...parts);
}
