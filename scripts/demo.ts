import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join, relative } from "node:path";
import { readDefects } from "../examples/checkout/defects.ts";
import type { Checklist } from "../packages/verify/src/index.ts";
import { demoSummary, type Verified } from "./lib/demo-summary.ts";

/**
 * `npm run demo`: verifies both versions of examples/checkout, one after the other, for side by side each would add to
 * the other's noise. Exit status 0 when every planted mistake was found and nothing of the hardened version failed.
 */
const root = join(import.meta.dirname, "..");
const launcher = join(root, "packages", "holdfast", "bin", "holdfast.js");
const stop = new AbortController();
for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(name, () => stop.abort(name));

/** Runs the command as a user would; its progress goes to the terminal, its document comes back. */
async function verify(version: "naive" | "hardened"): Promise<Verified> {
  const contract = join("examples", "checkout", version, "holdfast.yaml");
  const out = join("examples", "checkout", version, ".holdfast", "runs", "demo");
  process.stderr.write(`\n── ${version}: holdfast verify ${contract}\n\n`);
  const child = spawn(
    process.execPath,
    ["--conditions=@holdfast/source", launcher, "verify", contract, "--json", "--out", out],
    { cwd: root, stdio: ["ignore", "pipe", "inherit"] },
  );
  const forward = (): boolean => child.kill("SIGINT");
  stop.signal.addEventListener("abort", forward);
  const exited = new Promise<number | null>((resolve, reject) =>
    child.on("error", reject).on("exit", resolve),
  );
  const document = Buffer.concat(await child.stdout.toArray()).toString("utf8");
  const status = await exited;
  stop.signal.removeEventListener("abort", forward);
  if (stop.signal.aborted) process.exit(130);
  if (status === null || ![0, 1, 3].includes(status)) {
    process.stderr.write(
      `\nverify of ${version} ended with ${status ?? "a signal"}; the lines above say why.\n`,
    );
    process.exit(status ?? 4);
  }
  const html = join(root, out, "report.html");
  return {
    checklist: JSON.parse(document) as Checklist,
    html: existsSync(html) ? relative(process.cwd(), html) : null,
  };
}

process.stderr.write(
  [
    "Holdfast verifies one small service twice: as it is often written, and as it should be.",
    "It takes orders (POST /orders) and charges them at a payment provider, which is broken on purpose.",
    `About two minutes on ${availableParallelism()} cores. Nothing leaves this machine.`,
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
