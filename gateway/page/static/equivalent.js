/** The same job by a program: what the page sends, as curl and as Python. The key is named, never shown. */

import { key } from "./session.js";

/** A longer text stands in a file beside the command. */
const LONGEST = 4_000;

export const needsFile = (request) => request.text.length > LONGEST;

const inShell = (text) => `'${text.replaceAll("'", "'\\''")}'`;

export function curl(request) {
  const base = location.origin;
  const keyHeader = key() === null ? "" : ` \\\n  -H "Authorization: Bearer $ANONYMIZE_API_KEY"`;
  const body = needsFile(request) ? "@request.json" : inShell(JSON.stringify(request, null, 1));
  return `result=$(curl -s ${base}/v1/jobs -H 'Content-Type: application/json' -H 'Prefer: wait=60'${keyHeader} \\
  -d ${body} | grep -o '/v1/jobs/[^"]*/result')
curl -s "${base}$result"${keyHeader}
`;
}

/** A value of JSON as Python writes it. */
function inPython(value) {
  if (value === true) return "True";
  if (value === false) return "False";
  if (value === null) return "None";
  if (Array.isArray(value)) return `[${value.map(inPython).join(", ")}]`;
  if (typeof value === "object") return `{${Object.entries(value).map(([name, each]) => `${JSON.stringify(name)}: ${inPython(each)}`).join(", ")}}`;
  return JSON.stringify(value);
}

/** The client itself reads ANONYMIZE_API_KEY. */
export function python(request) {
  const { text, language, model_size: size, options } = request;
  const source = needsFile(request) ? `json.loads(Path("request.json").read_text(encoding="utf-8"))["text"]` : JSON.stringify(text);
  const imports = needsFile(request) ? "import json\nfrom pathlib import Path\n\n" : "";
  return `${imports}from anonymize import Client

text = ${source}
options = ${inPython(options)}

with Client(${JSON.stringify(location.origin)}) as client:
    result = client.anonymize(text, language=${JSON.stringify(language)}, model_size=${JSON.stringify(size)}, options=options)
print(result.text)
`;
}
