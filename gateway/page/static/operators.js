/** What can become of an entity: a row each, as the job's options name it. */

export const OPERATORS = [
  { id: "replace", label: "Replace: <PERSON>", parameters: { name: "replace" } },
  { id: "numbered", label: "Replace, numbered: <PERSON_1>", parameters: { name: "replace", numbered: true } },
  { id: "pseudonym", label: "Pseudonym: a made-up value", parameters: { name: "pseudonym" } },
  { id: "mask", label: "Mask: ********", parameters: { name: "mask" } },
  { id: "redact", label: "Redact: nothing stays", parameters: { name: "redact" } },
  { id: "hash", label: "Hash", parameters: { name: "hash" } },
  { id: "encrypt", label: "Encrypt: can be taken back", parameters: { name: "encrypt" } },
  { id: "date_shift", label: "Shift dates", parameters: { name: "date_shift" } },
  { id: "generalize", label: "Generalize: 1984, 40–49", parameters: { name: "generalize" } },
  { id: "keep", label: "Keep: report, do not hide", parameters: { name: "keep" } },
];

export const parametersOf = (id) => OPERATORS.find((operator) => operator.id === id).parameters;
