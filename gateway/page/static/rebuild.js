/** A document of a result, with its original put together again: what stands between entities is the same in both. */

/** How many units of each kind a text has; offsets of JavaScript are UTF-16. */
const LENGTHS = {
  codepoint: (text) => (/[\ud800-\udbff]/.test(text) ? [...text].length : text.length),
  utf16: (text) => text.length,
  byte: (text) => new TextEncoder().encode(text).length,
};

/** `{original, anonymized, entities}`; each entity has its places in both, in UTF-16. */
export function rebuild(document) {
  const anonymized = document.anonymized_text ?? "";
  const sorted = [...document.entities].sort((one, other) => one.anonymized_start - other.anonymized_start || one.start - other.start);
  const place = placesIn(anonymized, unitOf(anonymized, sorted));
  const entities = [];
  let original = "";
  let at = 0;
  for (const entity of sorted) {
    const start = place(entity.anonymized_start);
    const end = place(entity.anonymized_end);
    original += anonymized.slice(at, start);
    entities.push({
      ...entity,
      replacement: anonymized.slice(start, end),
      start: original.length,
      end: original.length + entity.text.length,
      anonymized_start: start,
      anonymized_end: end,
    });
    original += entity.text;
    at = end;
  }
  return { original: original + anonymized.slice(at), anonymized, entities };
}

/**
 * A result does not say in which unit its offsets are: the one in which every value is as long as it is, and, where
 * letters beyond U+FFFF stand between the values alone, in which most replacements are seen to be one.
 */
function unitOf(anonymized, entities) {
  const fitting = Object.keys(LENGTHS).filter((unit) => entities.every((each) => LENGTHS[unit](each.text) === each.end - each.start));
  if (fitting.length < 2 || LENGTHS.codepoint(anonymized) === anonymized.length) return fitting[0] ?? "codepoint";
  const seen = fitting.map((unit) => {
    const place = placesIn(anonymized, unit);
    return entities.filter((each) => /^<[A-Z0-9_]+>$/.test(anonymized.slice(place(each.anonymized_start), place(each.anonymized_end)))).length;
  });
  return fitting[seen.indexOf(Math.max(...seen))];
}

/** From an offset in `unit` to one in UTF-16; asked in rising order. */
function placesIn(text, unit) {
  if (LENGTHS[unit](text) === text.length) return (offset) => offset;
  const width = unit === "codepoint" ? () => 1 : (letter) => LENGTHS.byte(letter);
  let units = 0;
  let at = 0;
  return (offset) => {
    while (units < offset && at < text.length) {
      const letter = String.fromCodePoint(text.codePointAt(at));
      units += width(letter);
      at += letter.length;
    }
    return at;
  };
}
