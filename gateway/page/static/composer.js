/** The text: typed, pasted, an example, or files that are dropped. */

import { byId } from "./dom.js";
import { EXAMPLES } from "./examples.js";

const input = byId("input");
const zone = byId("drop-zone");

export const text = () => input.value;

/** `onText()` a text is to be anonymized; `onFiles(files)`; `onExample(language)`; `onEdit()` it is another text. */
export function start({ onText, onFiles, onExample, onEdit }) {
  byId("composer").addEventListener("submit", (event) => {
    event.preventDefault();
    onText();
  });
  input.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) onText();
  });
  input.addEventListener("input", () => {
    count();
    onEdit();
  });
  byId("composer").addEventListener("click", (event) => {
    const language = event.target.dataset?.example;
    if (!language) return;
    input.value = EXAMPLES[language];
    count();
    onExample(language);
  });
  byId("file-input").addEventListener("change", (event) => {
    onFiles([...event.target.files]);
    event.target.value = "";
  });
  startDropping(onFiles);
}

function startDropping(onFiles) {
  // Anywhere on the page: a browser would else open the file in its place.
  addEventListener("dragover", (event) => {
    event.preventDefault();
    zone.classList.add("dropping");
  });
  addEventListener("dragleave", (event) => event.relatedTarget === null && zone.classList.remove("dropping"));
  addEventListener("drop", (event) => {
    event.preventDefault();
    zone.classList.remove("dropping");
    if (event.dataTransfer.files.length) onFiles([...event.dataTransfer.files]);
  });
}

function count() {
  const characters = input.value.length;
  byId("characters").textContent = `${characters.toLocaleString()} character${characters === 1 ? "" : "s"}`;
}
