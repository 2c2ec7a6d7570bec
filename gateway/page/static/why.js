/** What is known of the entity under the pointer or the focus, beside it. */

import { byId, make } from "./dom.js";
import { marksOf, numberOf } from "./panes.js";

const GAP = 8;
const HIDE_AFTER_MS = 120;
const panes = byId("panes");
const box = byId("why");
let entities = [];
let descriptions = new Map();
let shown = null;
let timer = 0;

export function describe(list) {
  entities = list;
  close();
}

export const nameTypes = (types) => (descriptions = new Map(types.map((type) => [type.name, type.description])));

export function start() {
  for (const [name, act] of [["pointerover", open], ["focusin", open], ["pointerout", closeSoon], ["focusout", closeSoon]]) {
    panes.addEventListener(name, (event) => {
      const mark = event.target.closest?.("mark[data-entity]");
      if (mark) act(mark);
    });
  }
  box.addEventListener("pointerenter", () => clearTimeout(timer));
  box.addEventListener("pointerleave", closeSoon);
  panes.addEventListener("scroll", follow, { passive: true });
  document.addEventListener("keydown", (event) => event.key === "Escape" && close());
}

function open(mark) {
  clearTimeout(timer);
  const number = numberOf(mark);
  const entity = entities[number];
  if (!entity || shown === mark) return;
  close();
  shown = mark;
  marksOf(number).forEach((each) => each.classList.add("active"));
  mark.setAttribute("aria-describedby", "why");
  box.replaceChildren(...content(entity));
  box.dataset.type = entity.type;
  box.hidden = false;
  place(mark.getClientRects()[0] ?? mark.getBoundingClientRect());
}

/** Focus scrolls to what it goes to, and the box goes along; a pointer does not move with the text. */
function follow() {
  if (shown !== null && shown === document.activeElement) place(shown.getClientRects()[0] ?? shown.getBoundingClientRect());
  else close();
}

function closeSoon() {
  clearTimeout(timer);
  timer = setTimeout(close, HIDE_AFTER_MS);
}

function close() {
  clearTimeout(timer);
  if (shown === null) return;
  shown.removeAttribute("aria-describedby");
  marksOf(numberOf(shown)).forEach((each) => each.classList.remove("active"));
  shown = null;
  box.hidden = true;
}

/** Below the entity, or above it where there is no room. */
function place(around) {
  const { width, height } = box.getBoundingClientRect();
  const left = Math.max(GAP, Math.min(around.left, document.documentElement.clientWidth - width - GAP));
  const below = around.bottom + GAP;
  box.style.left = `${left}px`;
  box.style.top = `${below + height > innerHeight ? Math.max(GAP, around.top - height - GAP) : below}px`;
}

function content(entity) {
  const why = entity.explanation;
  const rows = [
    ["Score", score(entity.score)],
    ["Recognizer", entity.recognizer],
    ["Operator", entity.operator],
    why?.pattern && ["Pattern", why.pattern],
    why?.validator && ["Checked by", why.validator],
    why?.context?.length && ["Because of", why.context.join(", ")],
    why && why.score_before !== why.score_after && ["Score before", why.score_before.toFixed(2)],
  ].filter(Boolean);
  return [
    make("strong", {}, entity.type),
    make("p", { class: "muted" }, descriptions.get(entity.type) ?? "A type of your own"),
    make("dl", {}, rows.flatMap(([name, value]) => [make("dt", {}, name), make("dd", {}, value)])),
  ];
}

function score(value) {
  const bar = make("span", { class: "score", "aria-hidden": "true" }, make("span"));
  bar.firstChild.style.width = `${Math.round(value * 100)}%`;
  return make("span", {}, value.toFixed(2), " ", bar);
}
