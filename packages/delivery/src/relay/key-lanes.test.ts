import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { KeyLanes } from "./key-lanes.ts";
import type { LaneItem, LaneLimits } from "./lane-plan.ts";
import type { Pending } from "./statements.ts";

/** The outbox of a model: rows by key, each waiting until a step. */
interface ModelRow extends LaneItem {
  dueAt: number;
}

const limits: LaneLimits = { messages: 6, bytes: 1e9, keysOf: () => 10, isSuspect: () => false };
const pendingOf = (row: ModelRow, step: number): Pending => ({
  ...row,
  bytes: 1,
  waitMs: Math.max(0, row.dueAt - step),
  started: 0,
  failed: 0,
});

type Act = "read" | "claim" | "send" | "confirm" | "fail" | "settle";

/** An outbox, a broker and a database around the lanes, which act when they are told to. */
class Model {
  readonly lanes: KeyLanes<ModelRow>;
  readonly rows: ModelRow[] = ["a", "b", "c"].flatMap((key) =>
    Array.from({ length: 8 }, (_, at) => ({
      id: `${key}${at}`,
      type: "t",
      key,
      seq: at,
      shard: 1,
      dueAt: 0,
    })),
  );
  readonly sent: ModelRow[] = [];
  readonly settling: { readonly item: ModelRow; readonly gone: boolean; readonly dueAt: number }[] = [];
  readonly confirmed = new Map<string, number>();
  readonly underWay: number;
  #read: readonly Pending[] = [];

  constructor(underWay: number) {
    this.underWay = underWay;
    this.lanes = new KeyLanes({ underWay, held: 4 });
  }

  act(act: Act, which: number, step: number): void {
    if (act === "read") this.#reading(step);
    else if (act === "claim") this.#claim(step);
    else if (act === "send") this.#send();
    else if (act === "settle") this.#settle(which);
    else this.#end(act === "confirm", which, step);
    const held = this.sent.length + this.settling.length + this.lanes.waiting;
    assert.equal(this.lanes.busy(1), held > 0);
  }

  #reading(step: number): void {
    this.lanes.beginReading();
    this.#read = this.rows.map((row) => pendingOf(row, step));
  }

  #claim(step: number): void {
    const { wanted } = this.lanes.plan(this.#read, limits);
    const claimed = wanted.flatMap(({ id }) => this.rows.filter((row) => row.id === id && row.dueAt <= step));
    assert.deepEqual(this.lanes.add(claimed, wanted), []);
    this.#read = [];
  }

  #send(): void {
    for (const item of this.lanes.next()) {
      const before = this.sent.filter(({ key }) => key === item.key).length;
      assert.ok(before < this.underWay, "no more of a key at a time than may be");
      const next = (this.confirmed.get(item.key) ?? -1) + 1;
      if (this.underWay === 1) assert.equal(item.seq, next, "the next number of its key");
      this.sent.push(item);
    }
  }

  #end(gone: boolean, which: number, step: number): void {
    const item = pick(this.sent, which);
    if (item === undefined) return;
    if (gone) this.confirmed.set(item.key, Math.max(item.seq, this.confirmed.get(item.key) ?? -1));
    this.settling.push({ item, gone, dueAt: step + 5 });
    for (const back of this.lanes.ended(item, gone))
      this.settling.push({ item: back, gone: false, dueAt: 0 });
  }

  #settle(which: number): void {
    const one = pick(this.settling, which);
    if (one === undefined) return;
    if (one.gone)
      this.rows.splice(
        this.rows.findIndex(({ id }) => id === one.item.id),
        1,
      );
    else one.item.dueAt = one.dueAt;
    this.lanes.settled(one.item);
  }
}

function pick<T>(from: T[], which: number): T | undefined {
  return from.splice(which % Math.max(1, from.length), 1)[0];
}

describe("the lanes of keys", () => {
  it("send every key's messages in order, each one begun anew with the first, whatever ends when", () => {
    const reached = new Set<string>();
    const acts = ["read", "claim", "send", "confirm", "fail", "settle", "settle"] as const;
    const steps = fc.array(fc.record({ act: fc.constantFrom(...acts), which: fc.nat(50) }), {
      minLength: 20,
      maxLength: 400,
      size: "max",
    });
    fc.assert(
      fc.property(steps, fc.constantFrom(1, 3), (list, underWay) => {
        const model = new Model(underWay);
        for (const [step, { act, which }] of list.entries()) model.act(act, which, step);
        if (model.confirmed.size === 3) reached.add("all keys");
        if (model.settling.some(({ gone }) => !gone)) reached.add("begun anew");
      }),
      { numRuns: 300 },
    );
    assert.deepEqual([...reached].sort(), ["all keys", "begun anew"]);
  });

  it("plan no message behind one that has to wait, and of suspects the first of a key alone", () => {
    const lanes = new KeyLanes<ModelRow>({ underWay: 1, held: 4 });
    const row = (key: string, seq: number, more: Partial<Pending> = {}): Pending => ({
      id: `${key}${seq}`,
      type: "t",
      key,
      seq,
      shard: 1,
      bytes: 1,
      waitMs: 0,
      started: 0,
      failed: 0,
      ...more,
    });
    const plan = lanes.plan(
      [
        row("a", 1, { waitMs: 5, failed: 1 }),
        row("a", 2),
        row("b", 1),
        row("b", 2, { waitMs: 5 }),
        row("b", 3),
        row("c", 1, { started: 2 }),
        row("c", 2),
        row("d", 1),
        row("d", 2, { started: 2 }),
        row("d", 3),
      ],
      { ...limits, isSuspect: ({ started }) => started === 2 },
    );
    assert.deepEqual(
      plan.wanted.map(({ id }) => id),
      ["b1", "d1"],
    );
    assert.deepEqual(
      plan.suspects.map(({ id }) => id),
      ["c1"],
    );
    assert.deepEqual(
      plan.blocked.map(({ id }: Partial<Pending>) => id),
      ["a1"],
    );
  });

  it("plan within the room for messages, bytes and keys", () => {
    const lanes = new KeyLanes<ModelRow>({ underWay: 1, held: 4 });
    const rows = ["a", "b", "c"].flatMap((key) =>
      [1, 2].map((seq) => pendingOf({ id: `${key}${seq}`, type: "t", key, seq, shard: 1, dueAt: 0 }, 0)),
    );
    const idsOf = (more: Partial<LaneLimits>) =>
      lanes.plan(rows, { ...limits, ...more }).wanted.map(({ id }) => id);
    assert.deepEqual(idsOf({ messages: 3 }), ["a1", "a2", "b1"]);
    assert.deepEqual(idsOf({ bytes: 2 }), ["a1", "a2"]);
    assert.deepEqual(idsOf({ keysOf: () => 1 }), ["a1", "a2"]);
    assert.deepEqual(idsOf({ keysOf: () => 0 }), []);
    assert.deepEqual(idsOf({ messages: 0 }), []);
  });
});
