/** Texts onto the reader's disk or clipboard, from this tab's memory. */

import { make } from "./dom.js";

export function save(name, content, type = "text/plain;charset=utf-8") {
  const url = URL.createObjectURL(content instanceof Blob ? content : new Blob([content], { type }));
  make("a", { href: url, download: name }).click();
  // The browser has begun to read it by then.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

/** The name that the service gives a file (RFC 6266). */
export function nameIn(response, otherwise) {
  return /filename="([^"]+)"/.exec(response.headers.get("Content-Disposition") ?? "")?.[1] ?? otherwise;
}

/** Whether it is on the clipboard; browsers refuse where the page came over plain http from another machine. */
export async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}
