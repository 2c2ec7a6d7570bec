/** Server-sent events over fetch: an EventSource could not send the key in a header. */

/** Reads frames (WHATWG HTML, 9.2) out of chunks of text; `push` gives those that are whole. */
export class Frames {
  #rest = "";

  push(chunk) {
    const blocks = (this.#rest + chunk).replaceAll("\r\n", "\n").split("\n\n");
    this.#rest = blocks.pop();
    return blocks.map(frameOf).filter((frame) => frame.data !== "");
  }
}

function frameOf(block) {
  const frame = { event: "message", id: null, data: "" };
  for (const line of block.split("\n")) {
    const colon = line.indexOf(":");
    if (colon < 1) continue;
    const value = line.slice(colon + 1).replace(/^ /, "");
    const name = line.slice(0, colon);
    if (name === "data") frame.data += (frame.data && "\n") + value;
    else if (name in frame) frame[name] = value;
  }
  return frame;
}

export async function* framesOf(response) {
  const frames = new Frames();
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield* frames.push(value);
    }
  } finally {
    reader.cancel().catch(() => {});
  }
}
