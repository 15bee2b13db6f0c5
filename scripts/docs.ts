import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { generateDocs } from "./docs/sources.ts";
import { repository } from "./lib/tree.ts";

/** `npm run docs [-- --check]`: writes docs/reference from the declarations, or says what of it is out of date. */
const check = process.argv.includes("--check");
let wrong = 0;
for (const { path, text, because } of await generateDocs()) {
  const file = join(repository, path);
  const present = existsSync(file) ? readFileSync(file, "utf8") : null;
  if (text === null) {
    console.error(`not generated: ${path}, because ${because}`);
    wrong++;
  } else if (check) {
    if (present === text) continue;
    console.error(`out of date: ${path}; run \`npm run docs\` and commit what it writes`);
    wrong++;
  } else if (present !== text) {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    console.log(`written: ${path}`);
  }
}
process.exitCode = wrong === 0 ? 0 : 1;
