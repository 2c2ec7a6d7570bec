/** A hue a type, and how a type looks that is not shown: rules of one sheet, so that a filter touches no entity. */

const HUES = {
  PERSON: 262, TITLE: 285, LOCATION: 150, ADDRESS: 175, ORGANIZATION: 308, NRP: 335, DATE_TIME: 75, AGE: 48,
  EMAIL_ADDRESS: 25, PHONE_NUMBER: 215, URL: 235, IP_ADDRESS: 195, MAC_ADDRESS: 195, IMEI: 205, SECRET: 5, JWT: 5,
  MONEY: 118, CREDIT_CARD: 105, IBAN_CODE: 105, SWIFT_BIC: 105, ID_CODE: 350, PASSPORT: 350, ID_CARD: 350,
};
/** Of a type name, which callers may make up themselves: nothing else comes into a rule. */
const NAME = /^[A-Z][A-Z0-9_]{0,63}$/;

const sheet = new CSSStyleSheet();
document.adoptedStyleSheets.push(sheet);
const known = new Set();

/** Makes sure that a type has its colour. */
export function colour(type) {
  if (known.has(type) || !NAME.test(type)) return;
  known.add(type);
  const hidden = `.panes.without-${type} mark.of-${type}`;
  for (const rule of [
    `[data-type="${type}"] { --hue: ${hueOf(type)}; }`,
    `${hidden} { background: none; color: inherit; }`,
    `${hidden}::after { content: none; }`,
  ]) {
    sheet.insertRule(rule, sheet.cssRules.length);
  }
}

function hueOf(type) {
  if (type in HUES) return HUES[type];
  let sum = 0;
  for (const letter of type) sum = (sum * 31 + letter.charCodeAt(0)) % 360;
  return sum;
}

/** A class of its own for each type: a browser then looks at the entities of that type alone. */
export function hide(panes, type, isHidden) {
  panes.classList.toggle(`without-${type}`, isHidden);
}
