import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { virtualClock } from "@holdfast/core/testing";
import fc from "fast-check";
import type { Delivery, PublishEnd, Subscription } from "../broker.ts";
import type { Envelope } from "../envelope.ts";
import { inProcess } from "./in-process.ts";

function envelope(n: number, type = "a"): Envelope {
  return {
    id: String(n),
    source: "/s",
    type,
    timeMs: 0,
    key: null,
    seq: null,
    contentType: "application/json",
    headers: {},
    body: new Uint8Array(0),
  };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe("in-process broker", () => {
  it("confirms when the last consumer has acknowledged, and not before", async () => {
    const broker = inProcess();
    const open: Delivery[] = [];
    for (const consumer of ["billing", "mail"])
      await broker.subscribe({ consumer, types: ["a"], prefetch: 1 }, (delivery) => open.push(delivery));
    let end: PublishEnd | null = null;
    void broker.publish({ destination: null, envelope: envelope(1) }).then((value) => {
      end = value;
    });
    open[0]?.ack();
    await turn();
    assert.equal(end, null);
    open[1]?.ack();
    await turn();
    assert.deepEqual(end, { ok: true });
  });

  it("leaves to the outbox what a consumer had not acknowledged when it went", async () => {
    const clock = virtualClock();
    const broker = inProcess({ clock });
    const open: Delivery[] = [];
    const subscription = await broker.subscribe({ consumer: "c", types: ["a"], prefetch: 2 }, (delivery) => {
      open.push(delivery);
    });
    const ends = [1, 2, 3].map((n) => broker.publish({ destination: null, envelope: envelope(n) }));
    open[1]?.release(1_000);
    await subscription.close();
    for (const end of await Promise.all(ends)) assert.equal(end.ok ? "ok" : end.kind, "down");
    assert.equal(clock.sleeping(), 0);
    const later = await broker.publish({ destination: null, envelope: envelope(4) });
    assert.equal(later.ok ? "ok" : later.kind, "misconfigured");
  });

  it("takes what is offered again before it is consumed for the same parcel", async () => {
    const broker = inProcess();
    const open: Delivery[] = [];
    await broker.subscribe({ consumer: "c", types: ["a"], prefetch: 9 }, (delivery) => open.push(delivery));
    const publish = (): Promise<PublishEnd> => broker.publish({ destination: null, envelope: envelope(1) });
    const ends = [publish(), publish()];
    await turn();
    assert.equal(open.length, 1);
    open[0]?.ack();
    assert.deepEqual(await Promise.all(ends), [{ ok: true }, { ok: true }]);
    void publish();
    await turn();
    assert.equal(open.length, 2, "what was consumed is forgotten");
  });

  it("takes 10,000 messages of a handler that settles at once", async () => {
    const broker = inProcess();
    await broker.subscribe({ consumer: "c", types: ["a"], prefetch: 1 }, (delivery) => delivery.ack());
    const ends = await Promise.all(
      Array.from({ length: 10_000 }, (_, n) => broker.publish({ destination: null, envelope: envelope(n) })),
    );
    assert.ok(ends.every(({ ok }) => ok));
  });

  it("ends every message once, whatever consumers and members do", async () => {
    const seen = { ok: 0, down: 0, misconfigured: 0, redelivered: 0 };
    const move = fc.constantFrom(
      "publish",
      "publish",
      "join",
      "ack",
      "ack",
      "release",
      "later",
      "leave",
      "time",
    );
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(move, fc.nat(7)), { size: "max", maxLength: 60 }), async (moves) => {
        const clock = virtualClock();
        const broker = inProcess({ clock });
        const open: Delivery[] = [];
        const members: Subscription[] = [];
        const ends: PublishEnd[] = [];
        let published = 0;
        const acts: Record<string, (pick: number) => unknown> = {
          publish: () =>
            void broker
              .publish({ destination: null, envelope: envelope(published++) })
              .then((end) => ends.push(end)),
          join: async (pick) =>
            members.push(
              await broker.subscribe({ consumer: `c${pick % 2}`, types: ["a"], prefetch: 2 }, (delivery) => {
                open.push(delivery);
                seen.redelivered += Number(delivery.redelivered);
              }),
            ),
          ack: (pick) => open.splice(pick, 1)[0]?.ack(),
          release: (pick) => open.splice(pick, 1)[0]?.release(),
          later: (pick) => open.splice(pick, 1)[0]?.release(100),
          leave: (pick) => members.splice(pick, 1)[0]?.close(),
          time: () => clock.advance(60),
        };
        for (const [kind, pick] of moves) await acts[kind]?.(pick);
        await broker.close();
        await turn();
        assert.equal(ends.length, published);
        assert.equal(clock.sleeping(), 0);
        for (const end of ends) seen[end.ok ? "ok" : (end.kind as "down")]++;
      }),
      { numRuns: 200 },
    );
    for (const [state, times] of Object.entries(seen)) assert.ok(times > 10, `${state} ${times}`);
  });
});
