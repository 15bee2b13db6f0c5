import assert from "node:assert/strict";
import { it } from "node:test";
import { systemClock } from "./system-clock.ts";

it("never asks a timer for more than it can hold", async () => {
  const warnings: string[] = [];
  const note = (warning: Error): void => void warnings.push(warning.name);
  process.on("warning", note);
  const controller = new AbortController();
  const slept = systemClock.sleep(2 ** 40, controller.signal).catch(() => {});
  await new Promise((resolve) => setImmediate(resolve)); // Warnings are told in a later turn.
  controller.abort();
  await slept;
  process.off("warning", note);
  assert.deepEqual(warnings, []);
});
