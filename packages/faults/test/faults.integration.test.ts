import assert from "node:assert/strict";
import { Agent } from "node:http";
import { after, before, describe, it } from "node:test";
import { systemClock } from "@holdfast/core";
import { type FaultSpec, type StubProvider, startStub } from "../src/index.ts";
import { type Answer, call, charge, type RecordedProxy, recordedProxy, redactor } from "./support.ts";

interface Case {
  readonly fault: FaultSpec;
  /** What the client sees: a status, or the code of its error. */
  readonly sees: number | string;
  readonly end: string;
  readonly delivered: boolean;
  readonly completeBody?: boolean;
}

const cases: readonly Case[] = [
  { fault: { kind: "status", status: 503 }, sees: 503, end: "complete", delivered: false },
  { fault: { kind: "status", status: 429, retryAfter: 0.5 }, sees: 429, end: "complete", delivered: false },
  { fault: { kind: "status", status: 500, keepAlive: false }, sees: 500, end: "complete", delivered: false },
  { fault: { kind: "reset" }, sees: "ECONNRESET", end: "fault-closed", delivered: false },
  { fault: { kind: "close" }, sees: "ECONNRESET", end: "fault-closed", delivered: false },
  {
    fault: { kind: "hang", thenCloseAfterMs: 20 },
    sees: "ECONNRESET",
    end: "fault-closed",
    delivered: false,
  },
  { fault: { kind: "truncate" }, sees: "ECONNRESET", end: "fault-closed", delivered: false },
  { fault: { kind: "truncate", how: "reset" }, sees: "ECONNRESET", end: "fault-closed", delivered: false },
  { fault: { kind: "latency", delayMs: 30 }, sees: 201, end: "complete", delivered: true },
  { fault: { kind: "drip", everyMs: 2, totalMs: 20 }, sees: 201, end: "complete", delivered: false },
  { fault: { kind: "drip", everyMs: 1, of: "provider" }, sees: 201, end: "complete", delivered: true },
  { fault: { kind: "lost-reply" }, sees: "ECONNRESET", end: "fault-closed", delivered: true },
  { fault: { kind: "lost-reply", how: "close" }, sees: "ECONNRESET", end: "fault-closed", delivered: true },
  { fault: { kind: "lost-reply", how: "status", status: 503 }, sees: 503, end: "complete", delivered: true },
];

describe("faults as a client sees them", () => {
  let stub: StubProvider;
  let proxy: RecordedProxy;
  let agent: Agent;

  before(async () => {
    const record = () => {};
    stub = await startStub({
      integration: "payments",
      operations: [charge],
      clock: systemClock,
      redactor,
      render: (text) => text,
      record,
    });
  });
  after(() => stub.close());

  async function fresh(): Promise<void> {
    proxy = await recordedProxy(stub.url);
    agent = new Agent({ keepAlive: true, maxSockets: 1 });
  }

  async function done(): Promise<void> {
    agent.destroy();
    await proxy.close();
  }

  const pay = (key = "k"): Promise<Answer | string> =>
    call(`${proxy.url}/v1/charges`, {
      agent,
      body: '{"orderId":"o-1"}',
      headers: { "idempotency-key": key },
    }).catch((failure: NodeJS.ErrnoException) => failure.code ?? failure.message);
  const seen = (answer: Answer | string): number | string =>
    typeof answer === "string" ? answer : answer.status;

  for (const { fault, sees, end, delivered } of cases) {
    for (const connection of ["fresh", "reused"] as const) {
      it(`${JSON.stringify(fault)} on a ${connection} connection shows as ${sees} and then lets calls pass`, async () => {
        await fresh();
        if (connection === "reused") assert.equal(seen(await pay("warm-up")), 201);
        await proxy.fault(fault, 1);

        const first = await pay();
        const second = await pay();

        assert.equal(seen(first), sees);
        assert.equal(seen(second), 201);
        await done();
        const faulted = proxy.exchanges().find(({ fault: chosen }) => chosen !== null);
        assert.ok(faulted !== undefined);
        assert.deepEqual(faulted.fault, { spec: fault, step: 0 });
        assert.equal(faulted.ordinal, connection === "reused" ? 1 : 0);
        assert.equal(faulted.end, end);
        assert.equal(faulted.delivered, delivered);
        assert.ok(
          faulted.requestCompleteMs !== null && faulted.firedMs !== null && faulted.faultCompleteMs !== null,
        );
        assert.ok(
          faulted.requestCompleteMs <= faulted.faultCompleteMs && faulted.firedMs <= faulted.faultCompleteMs,
        );
        assert.deepEqual(proxy.problems(), []);
      });
    }
  }

  it("leaves the connection open after a status, and closes it when told to", async () => {
    await fresh();
    await proxy.fault({ kind: "status", status: 503 }, 2);
    await pay();
    await pay();
    await pay();
    await proxy.fault({ kind: "status", status: 503, keepAlive: false }, 1);
    await pay();
    await pay();

    await done();
    assert.deepEqual(
      proxy.exchanges().map(({ connection }) => connection),
      [1, 1, 1, 1, 2],
    );
  });

  it("sends the provider's dialect with an injected status, and own headers and body when given", async () => {
    await fresh();
    await proxy.fault({ kind: "status", status: 503, retryAfter: "soon" }, 1);
    const dialect = (await pay()) as Answer;
    await proxy.fault({ kind: "status", status: 503, headers: { "X-Own": "1" }, body: "own" }, 1);
    const own = (await pay()) as Answer;

    await done();
    assert.equal(dialect.body.toString(), '{"code":"down"}');
    assert.equal(dialect.headers["retry-after"], "soon");
    assert.equal(own.body.toString(), "own");
    assert.equal(own.headers["x-own"], "1");
  });

  it("resets with a real RST, not with FIN", async () => {
    await fresh();
    await proxy.fault({ kind: "reset" }, 1);

    const failure = await call(`${proxy.url}/v1/charges`, { agent, body: "{}" }).catch(
      (error: Error) => error.message,
    );

    await done();
    assert.equal(failure, "read ECONNRESET");
  });

  it("keeps hanging until the consumer gives up, and records when and how", async () => {
    await fresh();
    await proxy.fault({ kind: "hang" }, 1);
    const signal = AbortSignal.timeout(60);
    const failure = await call(`${proxy.url}/v1/charges`, { agent, body: "{}", signal }).catch(
      (error: Error) => error.name,
    );
    await done();

    assert.equal(failure, "AbortError");
    const [hung] = proxy.exchanges();
    assert.equal(hung?.end, "consumer-closed");
    assert.ok(hung?.consumerClosed !== null && hung?.consumerClosed !== undefined);
    assert.ok(hung.consumerClosed.atMs - hung.arrivedMs >= 40);
    assert.equal(hung.faultCompleteMs, hung.consumerClosed.atMs);
    assert.equal(hung.response, null);
  });

  it("counts one effect for a lost reply and recognises the repeat with the same key and body", async () => {
    await fresh();
    await proxy.fault({ kind: "lost-reply" }, 1);
    await pay("lost-1");
    await pay("lost-1");
    await pay("lost-2");
    await done();

    const effects = proxy.effects();
    assert.deepEqual(
      effects.map(({ deduplicated }) => deduplicated),
      [false, true, false],
    );
    assert.equal(effects[0]?.effectKey, effects[2]?.effectKey);
    assert.equal(effects[0]?.idempotencyKey, effects[1]?.idempotencyKey);
    assert.notEqual(effects[0]?.idempotencyKey, effects[2]?.idempotencyKey);
  });

  it("refuses connections, kept-alive ones too, until the time is up", async () => {
    await fresh();
    assert.equal(seen(await pay()), 201);
    await proxy.fault({ kind: "refuse", forMs: 60 }, 1);

    const during = await pay();
    await systemClock.sleep(120);
    const afterwards = await pay();

    assert.equal(during, "ECONNREFUSED");
    assert.equal(seen(afterwards), 201);
    const [refusal] = proxy.refusals();
    assert.ok(
      refusal !== undefined && refusal.reopenedMs !== null && refusal.reopenedMs - refusal.closedMs >= 60,
    );
    assert.equal(refusal.armedCall, "call-1");
    await done();
  });

  it("listens again when the next program is armed", async () => {
    await fresh();
    await proxy.fault({ kind: "refuse" });
    assert.equal(await pay(), "ECONNREFUSED");

    await proxy.arm({ call: null, operation: null, program: { steps: [] } });

    assert.equal(seen(await pay()), 201);
    await done();
  });

  it("uses up a program's steps in order, only for the operation it is for", async () => {
    await fresh();
    await proxy.arm({
      call: "c-9",
      operation: "charge",
      program: {
        steps: [
          { fault: null, times: 1 },
          { fault: { kind: "status", status: 500 }, times: 2 },
          { fault: { kind: "status", status: 502 }, times: "forever" },
        ],
      },
    });

    const other = await call(`${proxy.url}/elsewhere`, { agent });
    const answers = [await pay(), await pay(), await pay(), await pay(), await pay()].map(seen);

    assert.equal(other.status, 404);
    assert.deepEqual(answers, [201, 500, 500, 502, 502]);
    assert.deepEqual(
      proxy.exchangesOf("c-9").map(({ fault }) => fault?.step ?? null),
      [null, null, 1, 1, 2, 2],
    );
    await done();
  });
});
