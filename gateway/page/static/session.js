/** The API key: in this tab's memory of its session alone, so that a closed tab forgets it. */

import { byId, tell } from "./dom.js";

const NAME = "anonymization-api key";
let asked = null;
/** Whoever does not want to give one is not asked again until the page is loaded anew. */
let isDeclined = false;

export const key = () => sessionStorage.getItem(NAME);

export function forget() {
  sessionStorage.removeItem(NAME);
  byId("forget-key").hidden = true;
}

/** Whether there is a new key. Requests that are refused at once ask once. */
export function askForKey(refused) {
  if (isDeclined) return Promise.resolve(false);
  asked ??= new Promise((resolve) => open(refused, resolve)).finally(() => (asked = null));
  return asked;
}

function open(refused, resolve) {
  const dialog = byId("key-dialog");
  const form = byId("key-form");
  tell(byId("key-problem"), refused && "The service does not know this key.");
  form.onsubmit = (event) => {
    event.preventDefault();
    sessionStorage.setItem(NAME, byId("key-input").value.trim());
    dialog.close("given");
  };
  byId("key-cancel").onclick = () => dialog.close("");
  dialog.onclose = () => {
    byId("key-input").value = "";
    isDeclined = dialog.returnValue !== "given";
    byId("forget-key").hidden = key() === null;
    byId("use-key").hidden = !isDeclined;
    resolve(!isDeclined);
  };
  dialog.returnValue = "";
  dialog.showModal();
}

export function start() {
  byId("forget-key").hidden = key() === null;
  byId("forget-key").addEventListener("click", () => {
    forget();
    location.reload();
  });
  byId("use-key").addEventListener("click", () => location.reload());
}
