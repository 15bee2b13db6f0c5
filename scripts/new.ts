import { repository } from "./lib/tree.ts";
import { Refusal, scaffoldInto } from "./new/scaffold.ts";

/** `npm run new check|fault <name>`: writes file, failing test and index line; for a check its guide section and zoo pair. */
const [kind = "", name = ""] = process.argv.slice(2);
try {
  const paths = scaffoldInto(repository, kind, name);
  console.log(`Written:\n${paths.map((path) => `  ${path}`).join("\n")}`);
  console.log(
    "\nNow `npm test scripts/capabilities` names what is missing; fill it in until it and the new test pass.",
  );
  if (kind === "check")
    console.log(
      "It stands under reliability/retries: change `item`, and move its guide section, if it belongs elsewhere.",
    );
} catch (error) {
  if (!(error instanceof Refusal)) throw error;
  console.error(`npm run new: ${error.message}\n  Usage: npm run new check|fault <name>`);
  process.exitCode = 2;
}
