import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { it } from "node:test";
import { systemClock } from "@holdfast/core";
import type { RecordDraft } from "../idempotency/record.ts";
import type { IdempotencySubject } from "./idempotency-subject.ts";

const running: RecordDraft = {
  state: "running",
  token: "t1",
  fingerprint: "f",
  attempt: 1,
  leaseMs: 60_000,
  ttlMs: 60_000,
  steps: {},
  response: null,
};

/** What records do, each operation by itself. */
export function recordLaws(subject: () => IdempotencySubject): void {
  it("gives back what was written, by its own clock", async () => {
    const { records } = subject().store;
    const entry = { scope: "sküpe:1", key: randomUUID() };
    assert.equal(await records.find(entry), null);
    assert.equal(await records.insert(entry, { ...running, steps: { a: "ü", b: [1] } }), true);
    assert.equal(await records.insert(entry, running), false);
    const first = await subject().again().records.find(entry);
    assert.deepEqual(
      [first?.state, first?.token, first?.fingerprint, first?.attempt, first?.response],
      ["running", "t1", "f", 1, null],
    );
    assert.deepEqual(first?.steps, { a: "ü", b: [1] });
    assert.ok(Math.abs((first?.untilMs ?? 0) - (first?.nowMs ?? 0) - 60_000) < 10_000);
    const response = {
      status: 201,
      headers: [
        ["etag", '"ä"'],
        ["link", "a"],
        ["link", "b"],
      ],
      body: new Uint8Array([0, 200]),
      replayable: true,
    } as const;
    const done = { ...running, state: "completed", leaseMs: 0, response } as const;
    assert.equal(await records.replace(entry, { kind: "held", token: "t1" }, done), true);
    const second = await records.find(entry);
    assert.deepEqual([second?.state, second?.untilMs], ["completed", 0]);
    assert.deepEqual(
      { ...second?.response, body: [...(second?.response?.body ?? [])] },
      { ...response, body: [0, 200] },
    );
  });

  it("lets a write through that names the fence, and no other", async () => {
    const { records } = subject().store;
    const entry = { scope: "", key: randomUUID() };
    await records.insert(entry, running);
    assert.equal(await records.replace(entry, { kind: "held", token: "t0" }, running), false);
    const seen = await records.find(entry);
    const condition = { kind: "seen", token: "t1", untilMs: seen?.untilMs ?? 0 } as const;
    assert.equal(await records.replace(entry, { ...condition, untilMs: 1 }, running), false);
    assert.equal(await records.replace(entry, condition, { ...running, token: "t2", leaseMs: 90_000 }), true);
    assert.equal(await records.replace(entry, condition, running), false);
    assert.equal(await records.replace(entry, { kind: "held", token: "t1" }, null), false);
    const failed = { ...running, token: "t2", state: "failed", leaseMs: 0 } as const;
    assert.equal(await records.replace(entry, { kind: "held", token: "t2" }, failed), true);
    assert.equal(await records.replace(entry, { kind: "held", token: "t2" }, running), false);
    assert.equal(await records.replace(entry, { kind: "seen", token: "t2", untilMs: 0 }, null), true);
    assert.equal(await records.find(entry), null);
  });

  it("remembers a run that is under way for longer than the memory of it", async () => {
    const { records } = subject().store;
    const entry = { scope: "s", key: randomUUID() };
    await records.insert(entry, { ...running, ttlMs: 1 });
    await systemClock.sleep(20);
    assert.equal((await records.find(entry))?.token, "t1");
    assert.equal(await records.replace(entry, { kind: "held", token: "t1" }, running), true);
  });

  it("lets one of many win, whether they insert or take over", async () => {
    const { store } = subject();
    const again = subject().again();
    const entry = { scope: "s", key: randomUUID() };
    const drafts = Array.from({ length: 20 }, (_, at) => ({ ...running, token: `t${at}` }));
    const inserted = await Promise.all(
      drafts.map((draft, at) => (at % 2 ? store : again).records.insert(entry, draft)),
    );
    assert.equal(inserted.filter(Boolean).length, 1);
    const seen = await store.records.find(entry);
    const condition = { kind: "seen", token: seen?.token ?? "", untilMs: seen?.untilMs ?? 0 } as const;
    const taken = await Promise.all(
      drafts.map((draft, at) =>
        (at % 2 ? store : again).records.replace(entry, condition, { ...draft, token: `u${at}` }),
      ),
    );
    assert.equal(taken.filter(Boolean).length, 1);
  });
}
