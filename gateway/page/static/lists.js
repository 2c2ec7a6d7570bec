/** The caller's own words: kept (`allow`) and hidden (`deny`), which the answer follows. */

import { button, byId, make } from "./dom.js";

const place = byId("lists");
let allow = [];
let deny = [];
let types = [];
let onChange = () => {};

const same = (one, other) => one.toLowerCase() === other.toLowerCase();

export const allowed = () => allow;

/** As the options of a job have them; nothing where there are none. */
export const asOptions = () => ({ ...(allow.length && { allow }), ...(deny.length && { deny }) });

export function start({ changed }) {
  onChange = changed;
}

export function nameTypes(catalogue) {
  types = catalogue.map((type) => type.name);
  draw();
}

export function clear() {
  allow = [];
  deny = [];
  draw();
}

/** A word that was hidden by hand is simply not hidden any more. */
export function keep(text) {
  const others = deny.filter((each) => !same(each.text, text));
  if (others.length === deny.length && !allow.some((each) => same(each, text))) allow = [...allow, text];
  deny = others;
  changed();
}

export function hide(text, type) {
  allow = allow.filter((each) => !same(each, text));
  if (!deny.some((each) => same(each.text, text))) deny = [...deny, { text, type }];
  changed();
}

/** No longer kept: what the recognizers find there counts again. */
export function release(text) {
  allow = allow.filter((each) => !same(each, text));
  changed();
}

function changed() {
  draw();
  onChange();
}

export function typeSelect(attributes = {}) {
  return make("select", { "aria-label": "Type", ...attributes }, types.map((type) => make("option", {}, type)));
}

function draw() {
  const kept = allow.map((text) => chip(text, null, () => release(text)));
  const hidden = deny.map((each) => chip(each.text, each.type, () => unhide(each)));
  place.replaceChildren(list("Kept", "allow", kept), list("Also hidden", "deny", hidden), addForm());
}

function unhide(entry) {
  deny = deny.filter((each) => each !== entry);
  changed();
}

function list(title, name, chips) {
  if (!chips.length) return "";
  return make("div", { class: "list" }, make("h3", {}, title), make("ul", { "data-list": name }, chips));
}

function chip(text, type, remove) {
  const label = type === null ? text : [text, " ", make("small", {}, type)];
  return make("li", { class: "word" }, label, button("×", remove, { class: "quiet", "aria-label": `Take out ${text}` }));
}

function addForm() {
  const words = make("input", { "aria-label": "Words to hide", placeholder: "Words to hide", maxlength: "1000", autocomplete: "off", required: true });
  const type = typeSelect({ "aria-label": "Type of these words" });
  const onsubmit = (event) => {
    event.preventDefault();
    if (words.value.trim()) hide(words.value.trim(), type.value);
  };
  return make("form", { class: "add", onsubmit }, words, type, make("button", {}, "Hide"));
}
