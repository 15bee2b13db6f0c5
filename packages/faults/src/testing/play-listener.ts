import assert from "node:assert/strict";
import { seededRandom } from "@holdfast/core";
import { virtualClock } from "@holdfast/core/testing";
import type { Fault } from "../fault.ts";
import { settingsOf } from "./play-fault.ts";

/** What a listener fault does and when, until another program is armed at `abortMs`, in virtual time. */
export async function playListener(
  fault: Fault,
  settings: Readonly<Record<string, unknown>>,
  abortMs: number,
): Promise<readonly string[]> {
  const clock = virtualClock();
  const stop = new AbortController();
  const happened: string[] = [];
  const note = (what: string) => async () => {
    happened.push(`${what} at ${clock.monotonic()}`);
  };
  assert.ok(fault.at === "listener", `${fault.kind} acts on the listener`);
  const act = fault.act(settingsOf(fault, settings) as never);
  const listener = {
    clock,
    random: seededRandom(1),
    signal: stop.signal,
    close: note("closed"),
    swallow: note("swallowed"),
    handshake: (how: string) => note(`handshakes ${how}`)(),
    open: note("open"),
  };
  await clock.run(() =>
    Promise.race([
      act(listener).catch((failure: unknown) => {
        if (!stop.signal.aborted) throw failure;
        happened.push(`ended at ${clock.monotonic()}`);
      }),
      clock.sleep(abortMs).then(async () => {
        stop.abort(new Error("another program is armed"));
        await clock.sleep(1);
      }),
    ]),
  );
  return happened;
}
