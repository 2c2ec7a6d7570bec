/** The webhooks of one job: each with its attempts, and a way to send it again. */

import { Problem, ask, jobPath, read } from "./api.js";
import { button, make, time } from "./dom.js";

/** Drawn anew where something has changed. */
export async function show(jobId, place) {
  try {
    const { deliveries } = await read(jobPath(jobId, "deliveries"));
    const drawn = JSON.stringify(deliveries);
    if (place.drawn === drawn) return;
    place.drawn = drawn;
    const hadFocus = place.contains(document.activeElement);
    const items = deliveries.map((delivery) => item(jobId, delivery, place));
    place.replaceChildren(items.length ? make("ul", { class: "deliveries" }, items) : make("p", { class: "muted" }, "No deliveries."));
    if (hadFocus) place.querySelector("button")?.focus();
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    place.replaceChildren(make("p", { class: "notice" }, error.message));
  }
}

function item(jobId, delivery, place) {
  const again = async () => {
    try {
      await ask("POST", jobPath(jobId, "deliveries", delivery.id, "redeliver"));
      await show(jobId, place);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      place.append(make("p", { class: "notice", role: "alert" }, error.message));
    }
  };
  return make(
    "li",
    {},
    make("div", { class: "bar" }, make("span", {}, make("b", {}, delivery.event), " to ", delivery.host ?? "an endpoint that is gone"), badge(delivery)),
    delivery.attempts.length > 0 && make("ol", { class: "attempts muted" }, delivery.attempts.map(attempt)),
    delivery.next_attempt_at && make("p", { class: "muted" }, "Next attempt: ", time(delivery.next_attempt_at)),
    button("Redeliver", again),
  );
}

const badge = (delivery) => make("span", { class: "state", "data-state": delivery.state }, delivery.reason ? `${delivery.state}: ${delivery.reason}` : delivery.state);

function attempt({ at, duration_ms: milliseconds, status, reason }) {
  return make("li", {}, time(at), ` · ${status ?? "no answer"} · ${milliseconds} ms${reason ? ` · ${reason}` : ""}`);
}
