/** Language, model, operator, threshold: what a job is asked to do, but for its text. */

import { byId, make } from "./dom.js";
import { OPERATORS, parametersOf } from "./operators.js";
import * as lists from "./lists.js";
import * as types from "./types.js";

const LANGUAGES = { en: "English", fr: "French", auto: "Detect" };
const [language, model, operator, threshold] = ["language", "model", "operator", "threshold"].map(byId);
let models = [];
let isThresholdSet = false;

export function start({ changed }) {
  operator.replaceChildren(...OPERATORS.map(({ id, label }) => make("option", { value: id }, label)));
  language.addEventListener("change", listModels);
  for (const field of [language, model, operator]) field.addEventListener("change", changed);
  threshold.addEventListener("input", () => setThreshold(true));
  threshold.addEventListener("change", changed);
  byId("threshold-reset").addEventListener("click", () => {
    threshold.value = "0.4";
    setThreshold(false);
    changed();
  });
}

export function show(served) {
  models = served;
  const before = language.value;
  const languages = [...new Set(models.map((each) => each.language)), "auto"];
  language.replaceChildren(...languages.map((code) => make("option", { value: code }, LANGUAGES[code] ?? code)));
  if (languages.includes(before)) language.value = before;
  listModels();
}

export function setLanguage(code) {
  if (![...language.options].some((option) => option.value === code)) return;
  language.value = code;
  listModels();
}

function listModels() {
  const before = model.value;
  const of = models.filter((each) => language.value === "auto" || each.language === language.value);
  const sizes = new Map();
  for (const each of of) sizes.set(each.size, [...(sizes.get(each.size) ?? []), each.package]);
  model.replaceChildren(...[...sizes].map(([size, packages]) => make("option", { value: size }, `${size} · ${packages.join(", ")}`)));
  if (sizes.has(before)) model.value = before;
}

function setThreshold(isSet) {
  isThresholdSet = isSet;
  byId("threshold-value").textContent = isSet ? Number(threshold.value).toFixed(2) : "each type’s own";
  byId("threshold-reset").disabled = !isSet;
}

/** The fields of a job without its text; what is left as it is by default is left out. */
export function request() {
  return {
    language: language.value || "en",
    model_size: model.value || "sm",
    options: {
      ...types.asOptions(parametersOf(operator.value)),
      ...(isThresholdSet && { score_threshold: Number(threshold.value) }),
      ...lists.asOptions(),
      explain: true,
    },
  };
}
