/** The types of a text with their numbers; each can be taken out of the colours. */

import { hide } from "./colours.js";
import { button, byId, make } from "./dom.js";

const legend = byId("legend");
const panes = byId("panes");
const hidden = new Set();

export function show(entities) {
  const counts = new Map();
  for (const { type } of entities) counts.set(type, (counts.get(type) ?? 0) + 1);
  const sorted = [...counts].sort((one, other) => other[1] - one[1] || one[0].localeCompare(other[0]));
  legend.replaceChildren(...sorted.map(([type, count]) => chip(type, count)));
  if (sorted.length > 1) {
    legend.append(
      button("All", () => set(sorted.map(([type]) => type), true), { class: "quiet", "aria-label": "Colour all types" }),
      button("None", () => set(sorted.map(([type]) => type), false), { class: "quiet", "aria-label": "Colour no type" }),
    );
  }
}

function chip(type, count) {
  const toggle = () => set([type], hidden.has(type));
  return make(
    "button",
    { type: "button", class: "chip", "data-type": type, "aria-pressed": String(!hidden.has(type)), onclick: toggle },
    type,
    make("span", { class: "count" }, String(count)),
  );
}

function set(types, visible) {
  for (const type of types) {
    if (visible) hidden.delete(type);
    else hidden.add(type);
    legend.querySelector(`[data-type="${type}"]`)?.setAttribute("aria-pressed", String(visible));
    hide(panes, type, !visible);
  }
}
