import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { virtualClock } from "@holdfast/core/testing";
import type { CallRecord } from "../../model.ts";
import { callRecord } from "../../testing/observations.ts";
import type { LoadDrive } from "../drive-load-call.ts";
import { LoadRow } from "./load-row.ts";

type Limits = Partial<Pick<ConstructorParameters<typeof LoadRow>[0], "inFlightMax" | "callsMax">>;

/** A row on a clock that the test moves, whose calls end when the test says so. */
function rowWith(limits: Limits = {}, refusal: string | null = null) {
  const clock = virtualClock();
  const begun: { readonly byTrace: boolean; readonly end: (outcome: CallRecord["outcome"]) => void }[] = [];
  const given: number[] = [];
  const begin = (byTrace: boolean): LoadDrive | string => {
    if (refusal !== null) return refusal;
    const { promise, resolve } = Promise.withResolvers<CallRecord["outcome"]>();
    const number = begun.push({ byTrace, end: resolve });
    const record = () => callRecord(`c${number}`);
    const giveUp = () => {
      given.push(number);
    };
    return { ended: promise, giveUp, record, isMentioned: () => number >= 2 };
  };
  const row = new LoadRow({ clock, begin, inFlightMax: 100, callsMax: 100, ...limits });
  return { clock, row, begun, given };
}

describe("a row of calls", () => {
  it("begins what is due at its rate, whatever became of the earlier calls", async () => {
    const { clock, row, begun } = rowWith();

    for (let at = 0; at < 10; at++) {
      row.startDue(20);
      await clock.run(() => clock.sleep(50));
    }

    assert.equal(begun.length, 10);
    assert.equal(row.underWay, 10);
  });

  it("leaves out what was due for long, and what was due while it rested", async () => {
    const { clock, row, begun } = rowWith();
    row.startDue(20);
    await clock.run(() => clock.sleep(60_000));
    row.startDue(20);
    assert.equal(begun.length, 12);

    await clock.run(() => clock.sleep(400));
    row.rest();
    row.startDue(20);
    assert.equal(begun.length, 13);
  });

  it("holds back what is beyond its limits, and counts it", async () => {
    const { clock, row, begun } = rowWith({ inFlightMax: 3, callsMax: 4 });
    await clock.run(() => clock.sleep(400));
    row.startDue(20);
    assert.deepEqual([begun.length, row.withheld], [3, 6]);

    begun[0]?.end("succeeded");
    await clock.run(() => clock.sleep(400));
    row.startDue(20);
    assert.equal(begun.length, 4);
    assert.equal(row.seen[0]?.succeeded, true);
  });

  it("looks for traces until a request is known to carry an id, and ends where no call may be made", async () => {
    const { clock, row, begun } = rowWith();
    for (let at = 0; at < 4; at++) {
      row.startDue(20);
      await clock.run(() => clock.sleep(50));
    }
    assert.deepEqual(
      begun.map(({ byTrace }) => byTrace),
      [true, true, false, false],
    );

    const refused = rowWith({}, "the cap was reached").row;
    refused.startDue(20);
    assert.equal(refused.stoppedBecause, "the cap was reached");
    assert.equal(refused.last, undefined);
  });

  it("records its calls as what they are when it is over", () => {
    const { row, given } = rowWith();
    row.startDue(20);
    row.recordOpen();

    assert.deepEqual(given, [1]);
    assert.equal(row.last?.record().id, "c1");
  });
});
