import { existsSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join, relative } from "node:path";
import { readDefects } from "../examples/checkout/defects.ts";
import { demoSummary, type Verified } from "./lib/demo-summary.ts";
import { scriptOptions } from "./lib/refuse.ts";
import { runVerify } from "./lib/run-verify.ts";

/**
 * `npm run demo`: verifies both versions of examples/checkout, one after the other, for side by side each would add to
 * the other's noise. Exit status 0 when every planted mistake was found and nothing of the hardened version failed.
 */
scriptOptions(
  `npm run demo

  Verifies examples/checkout twice, as it is often written and as it should be, and writes a report of each. It takes no options.

  Exit status: 0 every planted mistake was found and nothing of the hardened version failed, 1 not so, 2 a wrong option, 4 it could not run.`,
  {},
);
const root = join(import.meta.dirname, "..");
const stop = new AbortController();
for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(name, () => stop.abort(name));

async function verify(version: "naive" | "hardened"): Promise<Verified> {
  const contract = join("examples", "checkout", version, "holdfast.yaml");
  const out = join("examples", "checkout", version, ".holdfast", "runs", "demo");
  process.stderr.write(`\n── ${version}: holdfast verify ${contract}\n\n`);
  const end = await runVerify({ contract, out, only: [], progress: "show", signal: stop.signal });
  if (stop.signal.aborted) process.exit(130);
  if (end.checklist === null) {
    process.stderr.write(
      `\nverify of ${version} ended with status ${end.status}; the lines above say why.\n`,
    );
    process.exit(end.status === 2 ? 2 : 4);
  }
  const html = join(root, out, "report.html");
  return { checklist: end.checklist, html: existsSync(html) ? relative(process.cwd(), html) : null };
}

process.stderr.write(
  [
    "Holdfast verifies one small service twice: as it is often written, and as it should be.",
    "It takes orders (POST /orders) and charges them at a payment provider, which is broken on purpose.",
    `About a minute on ${availableParallelism()} cores. Nothing leaves this machine.`,
    "",
  ].join("\n"),
);
const startedMs = performance.now();
const naive = await verify("naive");
const hardened = await verify("hardened");
const { text, problems } = demoSummary(naive, hardened, await readDefects());
process.stdout.write(`\n${text}`);
process.stdout.write(`Demo   ${((performance.now() - startedMs) / 1_000).toFixed(1)} s in all\n`);
process.exit(problems.length === 0 ? 0 : 1);
