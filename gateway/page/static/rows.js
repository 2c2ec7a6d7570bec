/** A document cut into rows, each with its part of both texts; a row is what the browser lays out or skips. */

/** Longer lines are cut at a blank: a browser cannot skip a part of a paragraph. */
const LONGEST = 1_500;
/** A text of very many short lines has several of them in a row. */
const MOST_ROWS = 2_500;

/**
 * Rows of pieces: `{text}` stands in both, `{text, kept: true}` is a value that the caller allows, and
 * `{entity, text, replacement}` is an entity by its number. `kept`: a pattern of the allowed words, or null.
 */
export function rowsOf({ original, entities }, kept = null) {
  const shortest = original.length / MOST_ROWS;
  const rows = [];
  let row = [];
  let length = 0;
  const add = (piece) => {
    row.push(piece);
    length += piece.text.length;
  };
  const end = () => {
    if (row.length) rows.push(row);
    row = [];
    length = 0;
  };
  const gap = (text) => {
    for (const line of text.match(/[^\n]*\n+|[^\n]+$/g) ?? []) {
      for (const part of parts(line)) {
        if (length && length + part.length > LONGEST && !part.startsWith("\n")) end();
        pieces(part, kept).forEach(add);
      }
      if (line.endsWith("\n") && length >= shortest) end();
    }
  };
  let at = 0;
  entities.forEach((entity, number) => {
    gap(original.slice(at, entity.start));
    add({ entity: number, text: entity.text, replacement: entity.replacement });
    at = entity.end;
  });
  gap(original.slice(at));
  end();
  return rows;
}

const parts = (line) => (line.length <= LONGEST ? [line] : (line.match(/[^]{1,1000}(?:\s+|$)|[^]{1,1000}/g) ?? []));

function pieces(text, kept) {
  if (kept === null) return [{ text }];
  const found = [];
  let at = 0;
  for (const match of text.matchAll(kept)) {
    if (match.index > at) found.push({ text: text.slice(at, match.index) });
    found.push({ text: match[0], kept: true });
    at = match.index + match[0].length;
  }
  if (at < text.length) found.push({ text: text.slice(at) });
  return found;
}

/** Finds allowed words as the service compares them: whole values, whatever their case and blanks. */
export function keptPattern(allow) {
  if (!allow.length) return null;
  const words = allow.map((text) => text.trim().split(/\s+/).map((word) => word.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&")).join("\\s+"));
  return new RegExp(`(?<![\\p{L}\\p{N}])(?:${words.sort((a, b) => b.length - a.length).join("|")})(?![\\p{L}\\p{N}])`, "giu");
}
