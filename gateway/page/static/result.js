/** One result: its documents, both texts, the legend, and ways to take it along. */

import { jobPath, read } from "./api.js";
import { colour } from "./colours.js";
import { byId, tell } from "./dom.js";
import { copy, save } from "./download.js";
import * as equivalent from "./equivalent.js";
import * as legend from "./legend.js";
import * as lists from "./lists.js";
import * as panes from "./panes.js";
import { rebuild } from "./rebuild.js";
import { keptPattern, rowsOf } from "./rows.js";
import * as why from "./why.js";

const section = byId("result");
/** What is shown: the whole result, its job, what was asked for (null: by somebody else), and which document. */
let shown = null;

export function start() {
  panes.start({ onToggle: toggle });
  why.start();
  byId("document-before").addEventListener("click", () => go(-1));
  byId("document-after").addEventListener("click", () => go(1));
  byId("copy").addEventListener("click", () => say(copy(shown.document.anonymized)));
  byId("copy-code").addEventListener("click", () => say(copy(byId("code-text").textContent)));
  byId("download").addEventListener("click", () => save("anonymized.txt", shown.document.anonymized));
  byId("download-json").addEventListener("click", () => save("result.json", JSON.stringify(shown.result, null, 1), "application/json"));
  byId("download-request").addEventListener("click", () => save("request.json", JSON.stringify(shown.request), "application/json"));
  for (const name of ["curl", "python"]) byId(`show-${name}`).addEventListener("click", () => showCode(name));
}

export const request = () => shown?.request ?? null;

export function clear() {
  shown = null;
  section.hidden = true;
}

/** `request`: what the page itself sent, for which words can be kept and hidden; null for any other job. */
export async function show(job, { request = null, stays = false } = {}) {
  const result = await read(jobPath(job.id, "result"));
  const at = stays && shown ? shown.at : 0;
  shown = { job, result, request, at: Math.min(at, result.documents.length - 1), document: null };
  section.hidden = false;
  section.classList.toggle("is-ours", request !== null);
  for (const id of ["show-curl", "show-python", "panes-hint", "lists"]) byId(id).hidden = request === null;
  if (request === null) closeCode();
  else if (!byId("code").hidden) writeCode(byId("code").dataset.shows);
  await showDocument(stays);
}

async function showDocument(stays = false) {
  const { result, at, request } = shown;
  const document = result.documents[at];
  shown.document = rebuild(document);
  const { entities } = shown.document;
  for (const { type } of entities) colour(type);
  showPlace(document);
  legend.show(entities);
  why.describe(entities);
  await panes.show(rowsOf(shown.document, keptPattern(request ? lists.allowed() : [])), entities, { stays });
}

function showPlace(document) {
  const { result, at, document: rebuilt } = shown;
  const count = result.documents.length;
  byId("documents").hidden = count < 2;
  byId("document-at").textContent = `Document ${at + 1} of ${count}${document.custom_id === null ? "" : `: ${document.custom_id}`}`;
  byId("document-before").disabled = at === 0;
  byId("document-after").disabled = at === count - 1;
  const found = rebuilt.entities.length;
  const language = document.language_confidence === null ? document.language : `${document.language} (detected)`;
  byId("result-about").textContent = document.problem
    ? `This document failed: ${document.problem.split("/").pop()}`
    : `${found.toLocaleString()} ${found === 1 ? "entity" : "entities"} · ${language} · ${document.model}`;
  const left = document.residual.map((each) => each.type);
  tell(byId("residual"), left.length && `Values that should be hidden still stand in the text: ${[...new Set(left)].join(", ")}.`);
}

function go(by) {
  shown.at += by;
  showDocument();
}

function toggle(mark) {
  if (shown.request === null) return;
  // The answer follows; until then the mark says what was asked for.
  mark.classList.add("asked");
  if (panes.numberOf(mark) === null) lists.release(mark.textContent);
  else lists.keep(mark.textContent);
}

function showCode(name) {
  const code = byId("code");
  if (!code.hidden && code.dataset.shows === name) closeCode();
  else {
    code.hidden = false;
    writeCode(name);
  }
}

function writeCode(name) {
  byId("code").dataset.shows = name;
  byId("code-text").textContent = equivalent[name](shown.request);
  byId("download-request").hidden = !equivalent.needsFile(shown.request);
  for (const each of ["curl", "python"]) byId(`show-${each}`).setAttribute("aria-expanded", String(each === name));
}

function closeCode() {
  byId("code").hidden = true;
  for (const each of ["curl", "python"]) byId(`show-${each}`).setAttribute("aria-expanded", "false");
}

async function say(copied) {
  byId("copied").textContent = (await copied) ? "Copied." : "The browser did not allow it.";
}
