import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { seededRandom } from "@holdfast/core";
import { type VirtualClock, virtualClock } from "@holdfast/core/testing";
import { memoryIdempotency } from "../conformance/idempotency-memory.ts";
import { post } from "../conformance/idempotency-subject.ts";
import { DeliveryError, isDeliveryError } from "../errors.ts";
import type { DeliveryEvent } from "../events.ts";
import { type IdempotentHandler, type IdempotentRoute, idempotency } from "./idempotent.ts";
import type { IdempotencyMode, IdempotentOptions } from "./options.ts";
import type { IdempotencyRecords } from "./record.ts";

interface Bench {
  readonly clock: VirtualClock;
  readonly events: DeliveryEvent[];
  route<const Mode extends IdempotencyMode>(
    options: Partial<IdempotentOptions<Mode>> & { readonly mode: Mode },
    handler: IdempotentHandler<Mode>,
  ): IdempotentRoute;
}

function bench(spoil: (records: IdempotencyRecords) => Partial<IdempotencyRecords> = () => ({})): Bench {
  const clock = virtualClock();
  const memory = memoryIdempotency(clock);
  const store = { ...memory, records: { ...memory.records, ...spoil(memory.records) } };
  const events: DeliveryEvent[] = [];
  const surroundings = {
    clock,
    random: seededRandom(7),
    emit: (event: DeliveryEvent) => void events.push(event),
  };
  const { idempotent } = idempotency({ surroundings, store, publisher: null });
  return {
    clock,
    events,
    route: (options, handler) => idempotent({ scope: () => "s", ...options } as never, handler as never),
  };
}

const down = (): Promise<never> => Promise.reject(new DeliveryError("STORE_UNREACHABLE", "down"));
const coded = (code: string) => (error: unknown) => isDeliveryError(error) && error.code === code;

describe("an idempotent route", () => {
  it("refuses settings that cannot be, when it is made", () => {
    const { route } = bench();
    const handler = (): Response => new Response();
    for (const options of [
      { mode: "tx" },
      { mode: "lease", leaseMs: 0 },
      { mode: "lease", ttlMs: 1.5 },
      { mode: "lease", keepHeaders: ["Set-Cookie"] },
    ] as const)
      assert.throws(() => route(options, handler), coded("CONFIGURATION"), JSON.stringify(options));
    const surroundings = { clock: virtualClock(), random: seededRandom(7), emit: () => {} };
    const { idempotent } = idempotency({ surroundings, store: null, publisher: null });
    assert.throws(() => idempotent({ mode: "lease", scope: () => "" }, handler), coded("CONFIGURATION"));
  });

  it("answers 503 without the store, and does not call the handler", async () => {
    for (const mode of ["lease", "cache"] as const) {
      const { route, events } = bench(() => ({ insert: down, find: down }));
      const answer = await route({ mode }, () => assert.fail("was called"))(post("k"));
      assert.deepEqual([answer.status, answer.headers.get("retry-after")], [503, "1"]);
      assert.deepEqual(
        events.map(({ type }) => type),
        ["idempotency.error", "idempotency.refused"],
      );
    }
  });

  it("runs without the store where the route says so", async () => {
    for (const mode of ["lease", "cache"] as const) {
      const { route } = bench(() => ({ insert: down, find: down, replace: down }));
      const answer = await route(
        { mode, onStoreFailure: "open" },
        ({ method }, { key }) => new Response(`${method} ${key}`),
      )(post("k"));
      assert.equal(await answer.text(), "POST null");
    }
  });

  it("answers with what was done although the store is down by then, and the next one runs after the lease", async () => {
    let isDown = false;
    const { route, clock, events } = bench((records) => ({
      replace: (...args) => (isDown ? down() : records.replace(...args)),
    }));
    let runs = 0;
    const charge = route({ mode: "lease", leaseMs: 10_000 }, () => {
      isDown = runs === 0;
      return new Response(`${++runs}`);
    });
    const answer = await clock.run(() => charge(post("k")));
    assert.equal(await answer.text(), "1");
    assert.ok(
      events.some((event) => event.type === "idempotency.error" && event.doing === "keeping an answer"),
    );
    const busy = await charge(post("k"));
    assert.equal(busy.status, 409);
    isDown = false;
    await clock.advance(10_000);
    const second = await clock.run(() => charge(post("k")));
    assert.equal(await second.text(), "2");
  });

  it("keeps an answer whose writing was confirmed too late, and gives it", async () => {
    let lost = 2;
    const { route, clock, events } = bench((records) => ({
      replace: async (...args) => {
        const written = await records.replace(...args);
        if (lost-- > 0) throw new DeliveryError("TX_COMMIT_UNKNOWN", "lost");
        return written;
      },
    }));
    const charge = route({ mode: "lease" }, () => new Response("done"));
    const answer = await clock.run(() => charge(post("k")));
    assert.deepEqual([await answer.text(), answer.headers.get("idempotency-replayed")], ["done", null]);
    assert.equal(await (await charge(post("k"))).text(), "done");
    assert.ok(events.length >= 3);
  });

  it("aborts the signal when its lease is lost or cannot be renewed, and not before", async () => {
    let isDown = false;
    const { route, clock } = bench((records) => ({
      replace: (...args) => (isDown ? down() : records.replace(...args)),
    }));
    const gate = Promise.withResolvers<Response>();
    let aborted: unknown = null;
    const run = route({ mode: "lease", leaseMs: 900 }, (_request, { signal }) => {
      signal.addEventListener("abort", () => {
        aborted = signal.reason;
      });
      return gate.promise;
    })(post("k"));
    await clock.advance(1_000);
    assert.equal(aborted, null);
    isDown = true;
    await clock.advance(3_000);
    assert.ok(coded("LEASE_LOST")(aborted));
    isDown = false;
    gate.resolve(new Response("done"));
    await clock.run(() => run);
  });

  it("does a step once, keeps its result as JSON, and refuses to do it under two names", async () => {
    const { route } = bench();
    const called: string[] = [];
    let fails = true;
    const charge = route({ mode: "lease" }, async (_request, { step, attempt, recoveryPoint }) => {
      called.push(`${attempt} ${recoveryPoint}`);
      const made = await step("a:b", (key) => {
        called.push(key);
        return { at: new Date(0), none: undefined };
      });
      assert.equal(await step("nothing", () => {}), null);
      await assert.rejects(
        step("a:b", () => 1),
        coded("CONFIGURATION"),
      );
      await assert.rejects(
        step("big", () => 1n),
        coded("IDEMPOTENCY"),
      );
      if (fails) throw new RangeError("later");
      return Response.json(made);
    });
    await assert.rejects(charge(post("k:1")), RangeError);
    fails = false;
    const answer = await charge(post("k:1"));
    assert.equal(await answer.text(), '{"at":"1970-01-01T00:00:00.000Z"}');
    assert.deepEqual(called, ["1 null", "idem:s:k%3A1:a%3Ab", "2 nothing"]);
  });

  it("keeps recovery points also when the answer is forgotten", async () => {
    const { route } = bench();
    let charged = 0;
    let status = 409;
    const charge = route({ mode: "lease" }, async (_request, { step }) => {
      await step("charge", () => void charged++);
      return new Response(null, { status });
    });
    assert.equal((await charge(post("k"))).status, 409);
    status = 201;
    assert.equal((await charge(post("k", "another"))).status, 422);
    assert.equal((await charge(post("k"))).status, 201);
    assert.equal(charged, 1);
  });

  it("reports what it did", async () => {
    const { route, events } = bench();
    const charge = route({ mode: "lease", required: false }, () => new Response("done", { status: 201 }));
    await charge(post("k"));
    await charge(post("k"));
    await charge(post("k", "other"));
    await charge(post(null));
    const about = { mode: "lease", scope: "s", key: "k" };
    const ran = { type: "idempotency.ran", status: 201, attempt: 1, durationMs: 0 };
    assert.deepEqual(events.slice(0, 3), [
      { ...about, ...ran, kept: true },
      { ...about, type: "idempotency.replayed", status: 201 },
      { type: "idempotency.refused", mode: "lease", code: "key-reused" },
    ]);
    assert.deepEqual([events.length, (events[3] as { kept?: boolean }).kept], [4, false]);
  });

  it("refuses scopes that are none, and handlers that answer nothing", async () => {
    const { route } = bench();
    for (const scope of [undefined, "x".repeat(256), "a\0", "a ", "\ud800"])
      await assert.rejects(
        route({ mode: "lease", scope: () => scope as never }, () => new Response())(post("k")),
        coded("CONFIGURATION"),
      );
    await assert.rejects(
      route({ mode: "cache" }, (() => undefined) as never)(post("k")),
      coded("CONFIGURATION"),
    );
  });
});
