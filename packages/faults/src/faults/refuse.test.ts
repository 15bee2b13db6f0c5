import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { seededRandom } from "@holdfast/core";
import { virtualClock } from "@holdfast/core/testing";
import { settingsOf } from "../testing/play-fault.ts";
import { refuse } from "./refuse.ts";

async function play(settings: Readonly<Record<string, unknown>>, abortMs: number) {
  const clock = virtualClock();
  const stop = new AbortController();
  const happened: string[] = [];
  const note = (what: string) => async () => {
    happened.push(`${what} at ${clock.monotonic()}`);
  };
  assert.ok(refuse.at === "listener");
  const act = refuse.act(settingsOf(refuse, settings) as never);
  const listener = {
    clock,
    random: seededRandom(1),
    signal: stop.signal,
    close: note("closed"),
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

describe("refuse", () => {
  it("stops listening as soon as it is armed, and stays so until the next program", async () => {
    assert.deepEqual(await play({}, 5_000), ["closed at 0", "ended at 5000"]);
  });

  it("listens again after its time", async () => {
    assert.deepEqual(await play({ forMs: 300 }, 5_000), ["closed at 0", "open at 300"]);
  });
});
