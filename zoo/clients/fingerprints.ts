import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { Fingerprint } from "../../packages/verify/src/fingerprint/model.ts";
import { cell, table } from "../render.ts";
import { type Score, type Scored, scoresOf } from "./fingerprint-truth.ts";
import type { Kind } from "./reading.ts";
import { judgedAgain } from "./stored.ts";
import { readTruth } from "./truth.ts";
import { runOf } from "./verify-client.ts";

/**
 * `node --conditions=@holdfast/source zoo/clients/fingerprints.ts [--only <ids>]`: infers the policy of each client from the runs that
 * `npm run zoo -- --clients` left, and writes fingerprints.md: per client and part right, wrong or unknown. Nothing is run.
 */
async function main(): Promise<void> {
  const { values } = parseArgs({ options: { only: { type: "string" } } });
  const only = values.only?.split(",") ?? [];
  const known = (readTruth() ?? []).filter(({ id }) => only.length === 0 || only.includes(id));
  const scored: Scored[] = [];
  const missing: string[] = [];
  for (const truth of known) {
    const primary = await fingerprintIn(truth.id, "primary");
    const posting = truth.primaryMethod === "POST" ? primary : await fingerprintIn(truth.id, "POST");
    if (primary === null) missing.push(truth.id);
    else scored.push(...scoresOf(truth, primary, posting ?? primary));
  }
  const text = asText(scored, missing);
  if (only.length === 0) writeFileSync(join(import.meta.dirname, "fingerprints.md"), text);
  process.stdout.write(text);
}

/** The policy that a stored run shows by today's rules; `null` without a run. */
async function fingerprintIn(id: string, kind: Kind): Promise<Fingerprint | null> {
  return (await judgedAgain(runOf(id, kind)))?.checklist.fingerprint?.[0] ?? null;
}

function asText(scored: readonly Scored[], missing: readonly string[]): string {
  const clients = new Set(scored.map(({ id }) => id)).size;
  const parts = [...new Set(scored.map(({ part }) => part))];
  const count = (of: readonly Scored[], score: Score) => of.filter((one) => one.score === score).length;
  const rows = parts.map((part) => {
    const own = scored.filter((one) => one.part === part);
    return [part, ...(["right", "wrong", "unknown"] as const).map((score) => String(count(own, score)))];
  });
  const off = scored.filter(({ score }) => score !== "right");
  const total = (["right", "wrong", "unknown"] as const)
    .map((score) => `${count(scored, score)} ${score}`)
    .join(", ");
  return [
    "# Fingerprints of real client libraries against their documented policies\n",
    `${clients} configurations, ${scored.length} parts: ${total}. A kind of jitter counts by its distribution: from one to two waits is equal jitter of ` +
      "two waits, and a share taken off is a proportional one. A timeout beyond the watch of 20 s is right when it is not seen.\n",
    table(["part", "right", "wrong", "unknown"], rows),
    "## What is not right\n",
    off.length === 0
      ? "Nothing.\n"
      : table(
          ["configuration", "part", "truth", "fingerprint", "score"],
          off.map((one) => [one.id, one.part, cell(one.truth), cell(one.seen), one.score]),
        ),
    ...(missing.length > 0 ? [`Without a stored run: ${missing.join(", ")}.\n`] : []),
  ].join("\n");
}

await main();
