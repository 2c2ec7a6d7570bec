/** A job from its submission to its end, whatever happens to the connection. */

import { Problem, ask, jobPath, read } from "./api.js";
import { framesOf } from "./server_events.js";

const PAUSES_MS = [300, 1000, 2000, 5000];
/** Of these statuses nothing better will come. */
const isFinal = (status) => status >= 400 && status < 500 && status !== 429;

const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** The job as it ended; `onJob` is told each state on the way, `onLost` that the connection is being made again. */
export async function follow(jobId, { onJob, onLost = () => {}, signal }) {
  let last = null;
  let job = null;
  let failures = 0;
  for (;;) {
    try {
      const headers = last === null ? {} : { "Last-Event-ID": last };
      const response = await ask("GET", jobPath(jobId, "events"), { headers, signal });
      if (response.status === 204) return await read(jobPath(jobId), { signal });
      // A stream that is taken up again says nothing until something changes.
      if (job !== null) onJob(job);
      for await (const frame of framesOf(response)) {
        failures = 0;
        last = frame.id;
        job = JSON.parse(frame.data);
        onJob(job);
        if (frame.event === "finished") return job;
      }
    } catch (error) {
      if (error.name === "AbortError" || (error instanceof Problem && isFinal(error.status))) throw error;
    }
    signal?.throwIfAborted();
    onLost();
    await pause(PAUSES_MS[Math.min(failures++, PAUSES_MS.length - 1)]);
  }
}
