import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";

/** Waits until something holds. */
export async function until(
  what: string,
  holds: () => boolean | Promise<boolean>,
  limitMs = 30_000,
): Promise<void> {
  for (const endMs = performance.now() + limitMs; !(await holds()); await sleep(20))
    assert.ok(performance.now() < endMs, `not within ${limitMs} ms: ${what}`);
}
