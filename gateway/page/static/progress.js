/** Where a job is: queued with its place, running with a bar, at its end. */

import { make } from "./dom.js";

/** What stands beside a job's bar. */
export function words(job) {
  if (job.state === "queued") {
    const { position, estimated_wait_s: wait } = job.queue ?? { position: 0, estimated_wait_s: null };
    return `Queued: ${position === 0 ? "next" : `${position} before it`}${wait ? `, about ${Math.ceil(wait)} s` : ""}`;
  }
  const { total, succeeded, failed } = job.counts;
  const documents = total > 1 ? ` ${succeeded + failed} of ${total} documents` : "";
  if (job.state === "running") return `Running${documents ? ":" + documents : "…"}`;
  const lost = failed && job.state === "succeeded" ? `, ${failed} failed` : "";
  return `${job.state[0].toUpperCase()}${job.state.slice(1)}${documents ? ":" + documents : ""}${lost}`;
}

/** A bar without a value while nobody knows how far a job is. */
export function bar(job, label) {
  const known = job.state !== "queued" && !(job.state === "running" && job.counts.total <= 1);
  return make("progress", { max: "1", value: known ? job.progress : false, "aria-label": label });
}
