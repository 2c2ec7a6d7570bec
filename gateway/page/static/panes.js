/** Both texts beside each other, row by row; one listener for all entities. */

import { byId, make } from "./dom.js";

/** So long the browser builds rows before it may draw and answer again. */
const SLICE_MS = 8;

/** Of a wide window. */
const LINE_CHARACTERS = 70;
const LABEL_CHARACTERS = 8;
/** In which the rows around the place that is being read come to rest. */
const FRAMES = 5;

const panes = byId("panes");
let current = null;
let turn = 0;

export const entityMarks = () => panes.querySelectorAll(".original mark");
export const numberOf = (mark) => (mark.dataset.entity === undefined ? null : Number(mark.dataset.entity));
/** Both marks of an entity: in the original, and what stands in its place. */
export const marksOf = (number) => panes.querySelectorAll(`mark[data-entity="${number}"]`);

/** `onToggle(mark)`: an entity, or a word that is kept, was clicked. */
export function start({ onToggle }) {
  panes.addEventListener("click", (event) => {
    const mark = event.target.closest(".original mark");
    if (mark && getSelection().isCollapsed) onToggle(mark);
  });
  panes.addEventListener("keydown", (event) => {
    const mark = event.target.closest("mark");
    if (mark && (event.key === "Enter" || event.key === " ")) {
      event.preventDefault();
      onToggle(mark);
    } else if (event.key === "ArrowRight" || event.key === "ArrowLeft") {
      event.preventDefault();
      step(event.key === "ArrowRight" ? 1 : -1);
    }
  });
  panes.addEventListener("focusin", (event) => event.target.closest(".original mark") && rove(event.target));
  // What is selected in one column would take the other's lines along.
  panes.addEventListener("pointerdown", (event) => {
    panes.dataset.selecting = event.target.closest(".anonymized") ? "anonymized" : "original";
  });
}

/** Builds the rows in slices; keeps the place that is being read when `stays`. */
export async function show(rows, entities, { stays = false } = {}) {
  const mine = ++turn;
  const place = stays ? placeOf() : null;
  const focused = stays && panes.contains(document.activeElement) ? document.activeElement.dataset?.entity : undefined;
  const body = make("div", { role: "rowgroup", class: "rows" });
  const made = make("div", { role: "rowgroup", class: "rows heads" }, headRow());
  current = null;
  if (!stays) panes.replaceChildren(made, body);
  let until = performance.now() + SLICE_MS;
  for (const row of rows) {
    body.append(rowOf(row, entities));
    if (performance.now() < until) continue;
    await new Promise((resolve) => setTimeout(resolve));
    if (mine !== turn) return;
    until = performance.now() + SLICE_MS;
  }
  if (stays) panes.replaceChildren(made, body);
  const first = panes.querySelector(".original mark");
  if (first) rove(first);
  panes.scrollTop = 0;
  if (place !== null) await returnTo(place);
  if (focused !== undefined) (panes.querySelector(`.original mark[data-entity="${focused}"]`) ?? panes).focus({ preventScroll: true });
}

const textRows = () => panes.querySelectorAll(".rows:not(.heads) .row");

/** The row that is being read, and where it stands: heights of rows that were never laid out are a guess. */
function placeOf() {
  const { left, top } = panes.getBoundingClientRect();
  const seen = panes.contains(document.activeElement) && document.activeElement.closest(".row:not(.head)");
  const row = seen || document.elementFromPoint(left + 30, top + 60)?.closest(".row:not(.head)");
  return row ? { number: [...textRows()].indexOf(row), top: row.getBoundingClientRect().top } : null;
}

async function returnTo({ number, top }) {
  const row = textRows()[number];
  // A row gets its height in the frame in which it is first in sight, which moves those below it.
  for (let pass = 0; row?.isConnected && pass < FRAMES; pass++) {
    panes.scrollTop += row.getBoundingClientRect().top - top;
    await new Promise(requestAnimationFrame);
  }
}

function headRow() {
  return make(
    "div",
    { role: "row", class: "row head" },
    make("div", { role: "columnheader" }, "Original"),
    make("div", { role: "columnheader" }, "Anonymized"),
  );
}

function rowOf(pieces, entities) {
  const original = make("div", { role: "cell", class: "original" });
  const anonymized = make("div", { role: "cell", class: "anonymized" });
  for (const piece of pieces) {
    if (piece.entity !== undefined) {
      const { type, operator } = entities[piece.entity];
      original.append(markOf(piece.text, { "data-entity": piece.entity, "data-type": type, class: `of-${type}`, pressed: operator !== "keep" }));
      anonymized.append(make("mark", { "data-entity": piece.entity, "data-type": type, class: `of-${type}` }, piece.replacement));
    } else {
      original.append(piece.kept ? markOf(piece.text, { pressed: false }) : piece.text);
      anonymized.append(piece.text);
    }
  }
  const row = make("div", { role: "row", class: "row" }, original, anonymized);
  row.style.setProperty("--lines", linesOf(pieces));
  return row;
}

/** About how high a row is that was never laid out, so that the scroll bar tells the truth. */
function linesOf(pieces) {
  const text = pieces.map((piece) => piece.text).join("");
  const labels = pieces.filter((piece) => piece.entity !== undefined).length * LABEL_CHARACTERS;
  return Math.ceil((text.length + labels) / LINE_CHARACTERS) + (text.trimEnd().match(/\n/g) ?? []).length;
}

function markOf(text, { pressed, ...data }) {
  return make("mark", { role: "button", tabindex: "-1", "aria-pressed": String(pressed), ...data }, text);
}

/** One entity at a time can be reached by Tab; the arrow keys go on from it. */
function rove(mark) {
  current?.setAttribute("tabindex", "-1");
  mark.setAttribute("tabindex", "0");
  current = mark;
}

function step(by) {
  const marks = [...entityMarks()];
  const at = marks.indexOf(current);
  const next = document.activeElement === panes ? (at < 0 ? 0 : at) : at + by;
  marks[Math.max(0, Math.min(next, marks.length - 1))]?.focus();
}
