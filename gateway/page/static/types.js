/** The list of entity types: which are looked for, and an operator for each. */

import { colour } from "./colours.js";
import { byId, make } from "./dom.js";
import { OPERATORS, parametersOf } from "./operators.js";

const list = byId("types-list");
let rows = [];

export function show(catalogue, changed) {
  rows = catalogue.map((type) => {
    colour(type.name);
    const wanted = make("input", { type: "checkbox", checked: type.is_default });
    const operator = make(
      "select",
      { "aria-label": `Operator of ${type.name}` },
      make("option", { value: "" }, "as all"),
      OPERATORS.map(({ id, label }) => make("option", { value: id }, label.split(":")[0])),
    );
    const name = make("span", { class: "type" }, make("b", {}, type.name), " ", make("span", { class: "muted" }, type.description));
    const item = make("li", { "data-type": type.name }, make("label", {}, wanted, make("i", { class: "dot" }), name), operator);
    return { type, wanted, operator, item };
  });
  list.replaceChildren(...rows.map((row) => row.item));
  list.addEventListener("change", () => {
    summarize();
    changed();
  });
  byId("types-filter").addEventListener("input", (event) => filter(event.target.value.trim().toLowerCase()));
  byId("types").addEventListener("click", (event) => {
    const which = event.target.dataset?.types;
    if (!which) return;
    for (const { type, wanted } of rows) wanted.checked = which === "all" || (which === "default" && type.is_default);
    summarize();
    changed();
  });
  summarize();
}

/** `entity_types` only where they are not the usual ones; `operators` of single types. */
export function asOptions(everyOperator) {
  const usual = rows.every(({ type, wanted }) => wanted.checked === type.is_default);
  const names = rows.filter(({ wanted }) => wanted.checked).map(({ type }) => type.name);
  const own = rows.filter(({ operator }) => operator.value).map(({ type, operator }) => [type.name, parametersOf(operator.value)]);
  return { ...(!usual && { entity_types: names }), operators: { default: everyOperator, ...Object.fromEntries(own) } };
}

function filter(words) {
  for (const { type, item } of rows) item.hidden = !`${type.name} ${type.description}`.toLowerCase().includes(words);
}

function summarize() {
  const wanted = rows.filter((row) => row.wanted.checked).length;
  const own = rows.filter((row) => row.operator.value).length;
  byId("types-summary").textContent = `${wanted} of ${rows.length} types${own ? `, ${own} with an operator of their own` : ""}`;
}
