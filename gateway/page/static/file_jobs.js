/** Files that were dropped: a job each, a few at a time. */

import { Problem, ask, cancel, jobPath, submitFile } from "./api.js";
import { button, byId, make } from "./dom.js";
import { nameIn, save } from "./download.js";
import { follow } from "./follow.js";
import * as options from "./options.js";
import * as progress from "./progress.js";

/** A browser has six connections to a host, and each job that is followed holds one. */
const AT_ONCE = 3;
const list = byId("files-list");
const waiting = [];
let working = 0;
let openResult = () => {};

export function start({ onOpen }) {
  openResult = onOpen;
  byId("files-clear").addEventListener("click", () => {
    waiting.length = 0;
    list.replaceChildren();
    byId("files").hidden = true;
  });
}

export function add(files) {
  byId("files").hidden = false;
  for (const file of files) {
    const state = make("div", { class: "file-state" }, "Waiting");
    list.append(make("li", {}, make("b", {}, file.name), state));
    waiting.push({ file, state, request: options.request() });
  }
  next();
}

function next() {
  while (working < AT_ONCE && waiting.length) {
    working += 1;
    run(waiting.shift()).finally(() => {
      working -= 1;
      next();
    });
  }
}

async function run({ file, state, request }) {
  const say = (...parts) => state.replaceChildren(...parts.flat());
  try {
    say("Sending…");
    const job = await submitFile(file, request);
    const ended = await follow(job.id, {
      onJob: (each) => say(progress.words(each), progress.bar(each, `Progress of ${file.name}`), button("Cancel", () => cancel(job.id).catch(() => {}))),
    });
    say(ended.problem?.detail ?? progress.words(ended), ended.state === "succeeded" ? actions(ended, file.name) : []);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    say(make("span", { class: "notice" }, error.message));
  }
}

function actions(job, name) {
  return [
    button("Open", () => openResult(job), { "aria-label": `Open ${name}` }),
    button("Download", () => download(job), { "aria-label": `Download ${name}, anonymized` }),
  ];
}

export async function download(job) {
  const response = await ask("GET", jobPath(job.id, "file"));
  save(nameIn(response, "anonymized"), await response.blob());
}
