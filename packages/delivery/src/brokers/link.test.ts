import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { backoffOf, seededRandom } from "@holdfast/core";
import { virtualClock } from "@holdfast/core/testing";
import { DeliveryError } from "../errors.ts";
import { createLink, keepRunning, within } from "./link.ts";

function scripted() {
  const clock = virtualClock();
  const opened: { at: number; lose(): void }[] = [];
  const shut: number[] = [];
  let refuse = false;
  const link = createLink<number>({
    async open(lost) {
      if (refuse) {
        refusals++;
        throw new Error("refused");
      }
      await clock.sleep(10);
      opened.push({ at: clock.monotonic(), lose: lost });
      return opened.length;
    },
    shut: async (connection) => void shut.push(connection),
    explain: (failure) => new DeliveryError("BROKER_UNREACHABLE", String(failure)),
    backoff: backoffOf({ baseMs: 100, capMs: 1_000, jitter: "none" }),
    clock,
    random: seededRandom(1),
  });
  let refusals = 0;
  return {
    clock,
    link,
    opened,
    shut,
    setRefuse: (value: boolean) => {
      refuse = value;
    },
    refusals: () => refusals,
  };
}

describe("link", () => {
  it("opens once for all who ask at the same time, and again after a loss", async () => {
    const { clock, link, opened } = scripted();
    const both = await clock.run(() => Promise.all([link.get(), link.get()]));
    assert.deepEqual([both, link.current()], [[1, 1], 1]);
    await clock.advance(5_000);
    opened[0]?.lose();
    assert.equal(link.current(), null);
    assert.equal(await clock.run(() => link.get()), 2);
  });

  it("answers with the last failure while the next try waits its turn, and waits longer every time", async () => {
    const { clock, link, setRefuse, refusals } = scripted();
    setRefuse(true);
    const refused = () => assert.rejects(link.get(), { code: "BROKER_UNREACHABLE" });
    await refused();
    await refused();
    assert.deepEqual([refusals(), link.waitMs()], [1, 100]);
    await clock.advance(100);
    await refused();
    assert.deepEqual([refusals(), link.waitMs()], [2, 200]);
    setRefuse(false);
    await clock.advance(200);
    assert.equal(await clock.run(() => link.get()), 1);
  });

  it("counts a connection that is lost at once as a failure", async () => {
    const { clock, link, opened } = scripted();
    await clock.run(() => link.get());
    opened[0]?.lose();
    assert.equal(link.waitMs(), 100);
    await assert.rejects(link.get());
  });

  it("shuts what is open when it is closed, what is just opening too, and opens nothing more", async () => {
    const { clock, link, shut } = scripted();
    const opening = link.get();
    opening.catch(() => {});
    await clock.run(() => link.close());
    await assert.rejects(opening, { code: "DISPOSED" });
    await assert.rejects(link.get(), { code: "DISPOSED" });
    assert.deepEqual(shut, [1]);
  });

  it("runs a session again whenever it ends, until it is told to stop", async () => {
    const { clock, link } = scripted();
    const stop = new AbortController();
    let sessions = 0;
    await clock.run(() =>
      keepRunning(
        link,
        async () => {
          if (++sessions === 3) stop.abort();
          throw new Error("the queue is gone");
        },
        { clock, signal: stop.signal },
      ),
    );
    assert.equal(sessions, 3);
    assert.equal(clock.monotonic(), 10 + 200);
    assert.equal(clock.sleeping(), 0);
  });

  it("gives up on what takes too long and leaves no timer", async () => {
    const clock = virtualClock();
    const options = { clock, timeoutMs: 50, what: "Opening" };
    await assert.rejects(
      clock.run(() => within(new Promise(() => {}), options)),
      /Opening took longer than 50 ms/,
    );
    assert.equal(await within(Promise.resolve(7), options), 7);
    assert.equal(clock.sleeping(), 0);
  });
});
