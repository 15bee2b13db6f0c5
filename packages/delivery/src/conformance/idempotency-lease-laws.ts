import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { it } from "node:test";
import { systemClock } from "@holdfast/core";
import {
  answered,
  type IdempotencySubject,
  post,
  routeOn,
  stoppedClock,
  until,
  within,
} from "./idempotency-subject.ts";

/** What holds while a run is under way, gone silent, or overtaken; and what a cache does. */
export function leaseLaws(subject: () => IdempotencySubject): void {
  it("answers 409 with Retry-After while a run is under way, 422 for another request, and waits where it is told to (lease)", async () => {
    const key = randomUUID();
    const gate = Promise.withResolvers<void>();
    const slow = async (): Promise<Response> => {
      await within(gate.promise);
      return new Response("done");
    };
    const route = routeOn(subject().store, { mode: "lease" }, slow);
    const first = route(post(key));
    const waiting = routeOn(subject().again(), { mode: "lease", waitMs: 5_000 }, slow);
    await until(async () => (await subject().store.records.find({ scope: "tenant", key })) !== null);
    const busy = await route(post(key));
    assert.equal(busy.status, 409);
    assert.ok(Number(busy.headers.get("retry-after")) >= 1 && Number(busy.headers.get("retry-after")) <= 30);
    assert.equal((await route(post(key, "{}"))).status, 422);
    const waited = waiting(post(key));
    gate.resolve();
    assert.equal(await (await first).text(), "done");
    const answer = await waited;
    assert.deepEqual([await answer.text(), answer.headers.get("idempotency-replayed")], ["done", "true"]);
  });

  it("takes over from a run that has gone silent, at its last recovery point, with the same keys for the other side (lease)", async () => {
    const key = randomUUID();
    const calls: string[] = [];
    let runs = 0;
    const route = routeOn(
      subject().store,
      { mode: "lease", leaseMs: 150 },
      async (_request, { step, recoveryPoint }) => {
        const run = ++runs;
        calls.push(`from ${recoveryPoint}`);
        const charge = await step("charge", async (stepKey) => {
          calls.push(stepKey);
          return { id: 7 };
        });
        await step("mail", (stepKey) => void calls.push(stepKey));
        return run === 1 ? new Promise<Response>(() => {}) : Response.json(charge);
      },
      { clock: stoppedClock },
    );
    void route(post(key));
    await until(async () => {
      const seen = await subject().again().records.find({ scope: "tenant", key });
      return seen !== null && "mail" in seen.steps;
    });
    const answer = await answered(() => route(post(key)));
    assert.deepEqual(await answer.json(), { id: 7 });
    assert.deepEqual(calls, [
      "from null",
      `idem:tenant:${key}:charge`,
      `idem:tenant:${key}:mail`,
      "from mail",
    ]);
  });

  it("ignores what a run still writes after another one has taken over, and answers it with the winner's (lease)", async () => {
    const key = randomUUID();
    const started = Promise.withResolvers<void>();
    const gate = Promise.withResolvers<void>();
    const zombieRoute = routeOn(
      subject().store,
      { mode: "lease", leaseMs: 60 },
      async () => {
        started.resolve();
        await within(gate.promise);
        return new Response("zombie");
      },
      { clock: stoppedClock },
    );
    const zombie = zombieRoute(post(key));
    await started.promise;
    const winner = routeOn(subject().again(), { mode: "lease" }, () => new Response("winner"));
    assert.equal(await (await answered(() => winner(post(key)))).text(), "winner");
    gate.resolve();
    assert.equal(await (await zombie).text(), "winner");
    assert.equal(await (await winner(post(key))).text(), "winner");
  });

  it("keeps a slow run's key by renewing its lease (lease)", async () => {
    const key = randomUUID();
    const gate = Promise.withResolvers<void>();
    let runs = 0;
    const route = routeOn(subject().store, { mode: "lease", leaseMs: 600 }, async () => {
      runs++;
      await within(gate.promise);
      return new Response("done");
    });
    const first = route(post(key));
    const statuses = new Set<number>();
    const endMs = systemClock.monotonic() + 1_500;
    while (systemClock.monotonic() < endMs) {
      await systemClock.sleep(50);
      statuses.add((await route(post(key))).status);
    }
    gate.resolve();
    assert.equal(await (await first).text(), "done");
    assert.deepEqual([runs, [...statuses]], [1, [409]]);
  });

  it("gives again what was answered, and lets a request without a key run (cache)", async () => {
    const key = randomUUID();
    let runs = 0;
    const route = routeOn(
      subject().store,
      { mode: "cache", required: false },
      () => new Response(`${++runs}`),
    );
    assert.equal(await (await route(post(key))).text(), "1");
    assert.equal(await (await route(post(key))).text(), "1");
    assert.equal((await route(post(key, "{}"))).status, 422);
    assert.equal(await (await route(post(null))).text(), "2");
  });
}
