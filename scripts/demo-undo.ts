import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { copyWithout, type Defect, readDefects } from "../examples/checkout/defects.ts";
import { runVerify } from "./lib/run-verify.ts";

/**
 * `node scripts/bootstrap.mjs scripts/demo-undo.ts [defect …]`: undoes each planted mistake of examples/checkout/naive alone,
 * in a copy, and expects its check to pass there with all others still in place. Exit status 1 when one does not.
 */
const stop = new AbortController();
for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(name, () => stop.abort(name));

/** What the defect's check says once the defect alone is gone. */
async function verdictWithout(
  defect: Defect,
): Promise<{ readonly verdict: string; readonly because: string }> {
  const folder = await mkdtemp(join(tmpdir(), "holdfast-undo-"));
  try {
    const naive = await copyWithout([defect], folder);
    const { status, checklist, messages } = await runVerify({
      contract: join(naive, "holdfast.yaml"),
      out: join(folder, "run"),
      only: [defect.check],
      progress: "keep",
      signal: stop.signal,
    });
    const result = checklist?.items
      .flatMap(({ checks }) => checks)
      .find(({ id, operation }) => id === defect.check && operation === defect.operation);
    if (result !== undefined) return result;
    return { verdict: `status ${status}`, because: messages.trim().split("\n").at(-1) ?? "nothing was said" };
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

const wanted = process.argv.slice(2);
const defects = (await readDefects()).filter(({ id }) => wanted.length === 0 || wanted.includes(id));
let left = 0;
for (const defect of defects) {
  if (stop.signal.aborted) process.exit(130);
  const { verdict, because } = await verdictWithout(defect);
  if (verdict !== "pass") left += 1;
  process.stdout.write(
    `${verdict === "pass" ? "✓" : "✗"} without ${defect.id}: ${defect.check} ${verdict}, ${because}\n`,
  );
}
process.stdout.write(
  `${defects.length - left} of ${defects.length} checks pass once their mistake is undone\n`,
);
process.exit(left === 0 ? 0 : 1);
