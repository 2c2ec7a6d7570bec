/** Puts the parts together, and shows the view that the address names: #text, #jobs or #service. */

import { Problem, read } from "./api.js";
import { byId } from "./dom.js";
import * as fileJobs from "./file_jobs.js";
import * as jobs from "./jobs.js";
import * as lists from "./lists.js";
import * as options from "./options.js";
import * as result from "./result.js";
import * as selection from "./selection.js";
import * as service from "./service.js";
import * as session from "./session.js";
import * as textView from "./text_view.js";
import * as types from "./types.js";
import * as why from "./why.js";

const VIEWS = { text: { enter() {}, leave() {} }, jobs, service: { enter() {}, leave() {} } };
let current = null;
/** A service that is away may come back. */
const AGAIN_MS = 3_000;

function route() {
  const name = location.hash.slice(1) || "text";
  if (!(name in VIEWS) || name === current) return;
  if (current !== null) VIEWS[current].leave();
  current = name;
  for (const each of Object.keys(VIEWS)) byId(`view-${each}`).hidden = each !== name;
  for (const link of document.querySelectorAll("nav a")) {
    if (link.hash === `#${name}`) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  VIEWS[name].enter();
}

function open(job) {
  location.hash = "#text";
  textView.open(job);
  byId("main").focus();
}

/** Until the service says what can be found; without a key it says nothing. */
async function start() {
  try {
    const { entity_types: catalogue } = await read("/v1/entity-types");
    types.show(catalogue, textView.again);
    lists.nameTypes(catalogue);
    why.nameTypes(catalogue);
    document.documentElement.dataset.ready = "";
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    if (error.status !== 401) setTimeout(start, AGAIN_MS);
  }
}

session.start();
result.start();
selection.start();
textView.start({ onFiles: fileJobs.add });
fileJobs.start({ onOpen: open });
jobs.start({ onOpen: open });
addEventListener("hashchange", route);
route();
service.start({ models: options.show });
start();
