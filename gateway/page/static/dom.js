/** Elements; whatever comes from outside goes in as text, never as markup. */

/** Attributes named `onclick` and the like are listeners; false, null and undefined ones are left out. */
export function make(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === false || value === null || value === undefined) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

export const byId = (id) => document.getElementById(id);

/** Shows `text` in a notice, or hides it when there is none. */
export function tell(notice, text) {
  notice.textContent = text ?? "";
  notice.hidden = !text;
}

export function button(label, onclick, attributes = {}) {
  return make("button", { type: "button", onclick, ...attributes }, label);
}

/** A moment (RFC 3339) as the reader's own clock has it. */
export function time(moment) {
  const shown = new Date(moment).toLocaleString([], { dateStyle: "medium", timeStyle: "medium" });
  return make("time", { datetime: moment }, shown);
}
