import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { virtualClock } from "@holdfast/core/testing";
import { Queue, type QueueParts } from "./queue.ts";
import { createWindow } from "./window.ts";

const second = 1_000;
const names = (count: number, name: string): readonly string[] => Array.from({ length: count }, () => name);

/** A queue over an outbox that is a list of names, oldest first; each claim tells where it began and what it left out. */
function scene(outbox: string[]) {
  const clock = virtualClock();
  const window = createWindow({ messages: 40, bytes: 1e6 }, { lasts: () => true, onShare: () => {} });
  const claims: { readonly from: string | null; readonly without: readonly string[] }[] = [];
  const parts = {
    clock,
    window,
    settings: { leaseMs: 15 * second, batch: { least: 5, most: 5 }, inFlight: { messages: 40, bytes: 1e6 } },
    session: { use: (act: (on: object) => unknown) => act({}) },
    flights: {
      take: ({ envelope, bytes }: { envelope: { type: string }; bytes: number }) =>
        window.add(envelope.type, bytes),
      send: () => {},
    },
    routes: { closed: () => [], trials: () => [], mayLast: () => true, nextMs: () => null },
    statements: {
      promote: async () => ({ promoted: 0, nextMs: null }),
      claimSuspect: async () => null,
      claim: async (_: object, { from, limit, types: { without } }: AskedOfAll) => {
        claims.push({ from, without });
        const found = [...outbox.entries()].filter(([, name]) => name !== "" && !without.includes(name));
        const claimed = found.slice(0, limit).map(([at, type]) => {
          outbox[at] = "";
          return { token: { id: `${at}` }, envelope: { type }, bytes: 1 };
        });
        return { claimed, moved: 0 };
      },
    },
  };
  const queue = new Queue({ ...parts, alone: {}, onDue: () => {} } as unknown as QueueParts);
  return {
    clock,
    window,
    claims,
    look: () => queue.look(new AbortController().signal),
    reset: () => queue.reset(),
  };
}

interface AskedOfAll {
  readonly from: string | null;
  readonly limit: number;
  readonly types: { readonly without: readonly string[] };
}

describe("where claims begin", () => {
  it("is where the last one began, once a look from the beginning has been", async () => {
    const { claims, look } = scene([...names(3, "a"), ...names(3, "b"), ...names(3, "c")]);
    await look();
    await look();
    assert.deepEqual(claims, [
      { from: null, without: [] },
      { from: "0", without: [] },
    ]);
  });

  it("is told apart by the names that were left out: when such a name has room again, nothing is looked through twice", async () => {
    const { claims, look, window, reset } = scene([
      ...names(10, "slow"),
      ...names(10, "quick"),
      ...names(10, "slow"),
    ]);
    await look();
    assert.deepEqual(window.crowding(), ["slow"]);
    await look();
    for (let left = 0; left < 5; left++) window.remove("quick", 1);
    await look();
    for (let left = 0; left < 5; left++) window.remove("quick", 1);
    for (let left = 0; left < 5; left++) window.remove("slow", 1);
    await look();
    assert.deepEqual(claims, [
      { from: null, without: [] },
      { from: null, without: ["slow"] },
      { from: "10", without: ["slow"] },
      { from: "0", without: [] },
    ]);
    reset();
    for (let left = 0; left < 5; left++) window.remove("slow", 1);
    await look();
    assert.deepEqual(
      claims[4],
      { from: null, without: [] },
      "what was given back is found, whatever was left out",
    );
  });
});
