import assert from "node:assert/strict";
import { it } from "node:test";
import fc from "fast-check";
import { errorCodes } from "../src/index.ts";
import { runs } from "./support/fuzz-plan.ts";
import { FuzzRun, type Seen } from "./support/fuzz-run.ts";

it("keeps every promise under any policy, whatever functions, callers and listeners do", async () => {
  const seen: Seen = { codes: new Set(), phases: new Set(), events: new Set() };

  await fc.assert(
    fc.asyncProperty(runs, async (run) => await new FuzzRun(run, seen).play()),
    { numRuns: 250 },
  );

  assert.deepEqual([...seen.codes].sort(), ["answered", ...errorCodes].sort());
  assert.deepEqual([...seen.phases].sort(), ["ended", "idle", "queued", "rated", "running", "waiting"]);
  assert.deepEqual([...seen.events].sort(), [
    "attempt.ended",
    "attempt.started",
    "breaker.changed",
    "call.ended",
    "retry.waiting",
  ]);
});
