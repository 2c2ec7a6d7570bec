/** Requests to the service: the key in a header, refusals as `Problem`. */

import { askForKey, forget, key } from "./session.js";

/** What the service refused (RFC 9457), or that it did not answer: status 0. */
export class Problem extends Error {
  constructor(status, body) {
    super(told(body));
    this.status = status;
    this.kind = String(body.type ?? "").split("/").pop();
  }
}

function told(body) {
  const errors = (body.errors ?? []).map((each) => `${each.pointer}: ${each.detail}`);
  return [body.detail ?? body.title, ...errors].join(" ");
}

const UNREACHABLE = { title: "The service does not answer." };

/** The response of a request that succeeded; a refused key is asked for again. */
export async function ask(method, path, { headers = {}, body, signal } = {}) {
  for (;;) {
    const sent = key();
    const authorization = sent === null ? {} : { Authorization: `Bearer ${sent}` };
    const options = { method, headers: { ...headers, ...authorization }, body, signal, cache: "no-store" };
    const response = await fetch(path, options).catch((error) => {
      if (error.name === "AbortError") throw error;
      throw new Problem(0, UNREACHABLE);
    });
    if (response.ok) return response;
    const problem = new Problem(response.status, await response.json().catch(() => ({ title: response.statusText })));
    if (response.status !== 401) throw problem;
    // Another request may have been given a key in the meantime.
    if (key() !== sent) continue;
    forget();
    if (!(await askForKey(sent !== null))) throw problem;
  }
}

export const read = async (path, options) => (await ask("GET", path, options)).json();

export const submit = async (request) =>
  (await ask("POST", "/v1/jobs", { headers: { "Content-Type": "application/json" }, body: JSON.stringify(request) })).json();

export async function submitFile(file, request) {
  const form = new FormData();
  form.append("request", new Blob([JSON.stringify(request)], { type: "application/json" }));
  form.append("file", file);
  return (await ask("POST", "/v1/jobs", { body: form })).json();
}

export const jobPath = (id, ...rest) => ["/v1/jobs", id, ...rest].map((part, at) => (at ? encodeURIComponent(part) : part)).join("/");

export const cancel = async (id) => (await ask("POST", jobPath(id, "cancel"))).json();
