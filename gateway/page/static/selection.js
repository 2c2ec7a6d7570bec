/** Words of the original that somebody selects, and a way to hide them. */

import { button, byId } from "./dom.js";
import { hide, typeSelect } from "./lists.js";

const LETTER = /[\p{L}\p{N}]/u;
const LONGEST = 1_000;
const panes = byId("panes");
const bar = byId("hide-selection");

export function start() {
  panes.addEventListener("pointerup", () => setTimeout(offer));
  panes.addEventListener("keyup", (event) => event.shiftKey && offer());
  document.addEventListener("selectionchange", () => getSelection().isCollapsed && !bar.contains(document.activeElement) && close());
  document.addEventListener("keydown", (event) => event.key === "Escape" && close());
  panes.addEventListener("scroll", close, { passive: true });
}

function close() {
  bar.hidden = true;
}

function offer() {
  const selection = getSelection();
  if (selection.isCollapsed || !selection.anchorNode?.parentElement?.closest(".panes .original")) return;
  const range = selection.getRangeAt(0).cloneRange();
  const words = wholeWords(range);
  if (!words || words.length > LONGEST) return;
  const type = typeSelect({ "aria-label": "Type of the selected words" });
  const act = () => {
    close();
    selection.removeAllRanges();
    hide(words, type.value);
  };
  bar.replaceChildren("Hide as", type, button("Hide", act, { class: "primary" }));
  bar.hidden = false;
  const around = range.getBoundingClientRect();
  const { width, height } = bar.getBoundingClientRect();
  bar.style.left = `${Math.max(8, Math.min(around.left, document.documentElement.clientWidth - width - 8))}px`;
  bar.style.top = `${around.top - height - 8 < 8 ? around.bottom + 8 : around.top - height - 8}px`;
}

/** The service hides whole words: a selection that begins or ends within one is taken to mean all of it. */
function wholeWords(range) {
  const { startContainer: start, endContainer: end } = range;
  if (start.nodeType === Node.TEXT_NODE) {
    let at = range.startOffset;
    while (at > 0 && LETTER.test(start.data[at - 1]) && LETTER.test(start.data[at] ?? "")) at--;
    range.setStart(start, at);
  }
  if (end.nodeType === Node.TEXT_NODE) {
    let at = range.endOffset;
    while (at < end.length && LETTER.test(end.data[at]) && LETTER.test(end.data[at - 1] ?? "")) at++;
    range.setEnd(end, at);
  }
  return range.toString().trim();
}
