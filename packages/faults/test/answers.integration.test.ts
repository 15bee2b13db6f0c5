import assert from "node:assert/strict";
import { Agent } from "node:http";
import { after, before, describe, it } from "node:test";
import { systemClock } from "@holdfast/core";
import { type FaultSpec, type StubProvider, startStub } from "../src/index.ts";
import { call, charge, type RecordedProxy, recordedProxy, redactor } from "./support.ts";

interface Case {
  readonly fault: FaultSpec;
  /** What the client sees: its status and its body, or the code of its error. */
  readonly sees: readonly [status: number, body: RegExp] | RegExp;
  readonly delivered: boolean;
}

const cases: readonly Case[] = [
  {
    fault: { kind: "mutate", change: "unknown-field" },
    sees: [201, /^\{"id":"ch_1","status":"succeeded","holdfastUnknown":"added"\}$/],
    delivered: true,
  },
  {
    fault: { kind: "mutate", change: "missing-field", at: "/id" },
    sees: [201, /^\{"status":"succeeded"\}$/],
    delivered: true,
  },
  {
    fault: { kind: "mutate", change: "charset" },
    sees: [201, /^\{"id":"ch_1","status":"succeeded"\}$/],
    delivered: true,
  },
  { fault: { kind: "malformed" }, sees: [201, /"succ$/], delivered: false },
  { fault: { kind: "malformed", what: "html", status: 200 }, sees: [200, /^<!DOCTYPE/], delivered: false },
  { fault: { kind: "malformed", what: "empty" }, sees: [201, /^$/], delivered: false },
  { fault: { kind: "malformed", what: "short-length" }, sees: /HPE_/, delivered: false },
  { fault: { kind: "malformed", what: "long-length" }, sees: /ECONNRESET/, delivered: false },
  { fault: { kind: "malformed", what: "garbage" }, sees: /HPE_/, delivered: false },
  { fault: { kind: "redirect" }, sees: [307, /^$/], delivered: false },
  { fault: { kind: "quota", limit: 0, windowMs: 60_000 }, sees: [429, /used up/], delivered: false },
  { fault: { kind: "outage", how: "close" }, sees: /ECONNRESET/, delivered: false },
];

/** Resolves once it is so, after five seconds in any case. */
async function until(isSo: () => boolean): Promise<void> {
  const endMs = Date.now() + 5_000;
  while (!isSo() && Date.now() < endMs) await new Promise((resolve) => setTimeout(resolve, 10));
}

describe("changed and broken answers as a client sees them", () => {
  let stub: StubProvider;
  before(async () => {
    stub = await startStub({
      integration: "payments",
      operations: [charge],
      clock: systemClock,
      redactor,
      render: (text) => text,
      record: () => {},
    });
  });
  after(() => stub.close());

  const pay = (proxy: RecordedProxy, agent: Agent) =>
    call(`${proxy.url}/v1/charges`, {
      agent,
      body: '{"orderId":"o-1"}',
      headers: { "idempotency-key": "k" },
    }).catch((failure: NodeJS.ErrnoException) => failure.code ?? failure.message);

  for (const { fault, sees, delivered } of cases) {
    it(`${JSON.stringify(fault)} takes hold, and the next call passes`, async () => {
      const proxy = await recordedProxy(stub.url);
      const agent = new Agent({ keepAlive: true, maxSockets: 1 });
      assert.equal(typeof (await pay(proxy, agent)), "object");
      await proxy.fault(fault, 1);

      const broken = await pay(proxy, agent);
      const next = await pay(proxy, agent);

      agent.destroy();
      await proxy.close();
      if (sees instanceof RegExp) assert.match(String(broken), sees);
      else {
        assert.ok(typeof broken === "object", String(broken));
        assert.equal(broken.status, sees[0]);
        assert.match(broken.body.toString(), sees[1]);
      }
      assert.ok(typeof next === "object", String(next));
      assert.equal(next.status, 201);
      const faulted = proxy.exchanges().find((one) => one.fault !== null);
      assert.ok(faulted !== undefined && faulted.firedMs !== null);
      assert.equal(faulted.delivered, delivered);
      assert.deepEqual(proxy.problems(), []);
    });
  }

  it("leaves an answer without JSON as it came, and says that nothing took hold", async () => {
    const proxy = await recordedProxy(stub.url);
    await proxy.fault({ kind: "mutate", change: "unknown-nested-field" }, 1);
    const agent = new Agent({ keepAlive: true });

    const same = await pay(proxy, agent);

    agent.destroy();
    await proxy.close();
    assert.ok(typeof same === "object");
    assert.equal(same.body.toString(), charge.answer.body);
    assert.equal(proxy.exchanges()[0]?.firedMs, null);
  });

  it("reads a large request slowly, to its last byte, and then lets calls pass", async () => {
    const proxy = await recordedProxy(stub.url);
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const large = JSON.stringify({ orderId: "o-1", note: "x".repeat(1_000_000) });
    const send = (body: string) =>
      call(`${proxy.url}/v1/charges`, { agent, body, headers: { "idempotency-key": "k" } });
    await proxy.fault({ kind: "slow-read", everyMs: 10 }, 2);

    const [slow, small] = [await send(large), await send("{}")];
    const next = await send(large);

    agent.destroy();
    await proxy.close();
    assert.deepEqual([slow.status, small.status, next.status], [201, 201, 201]);
    const [first, second, third] = proxy.exchanges();
    assert.equal(first?.request.bodyBytes, large.length);
    assert.ok(first.firedMs !== null && (first.requestCompleteMs ?? 0) - first.arrivedMs >= 100);
    assert.equal(second?.firedMs, null);
    assert.equal(third?.fault, null);
    assert.deepEqual(proxy.problems(), []);
  });

  it("ends when the consumer goes away in the middle of a request that is read slowly", async () => {
    const proxy = await recordedProxy(stub.url);
    await proxy.fault({ kind: "slow-read", everyMs: 30 });
    const leaving = new AbortController();
    const body = "x".repeat(20_000_000);
    const sent = call(`${proxy.url}/v1/charges`, { body, signal: leaving.signal }).catch(() => "left");
    await until(() => proxy.inFlight() > 0);
    leaving.abort();

    assert.equal(await sent, "left");
    await until(() => proxy.openConnections() === 0);
    assert.equal(proxy.openConnections(), 0);
    await proxy.close();
    assert.equal(proxy.exchanges()[0]?.end, "consumer-closed");
  });

  it("counts a quota over calls that are armed together, and follows a circle of redirects until the client has had enough", async () => {
    const proxy = await recordedProxy(stub.url);
    const send = () => fetch(`${proxy.url}/v1/charges`, { method: "POST", body: "{}" });
    await proxy.fault({ kind: "quota", limit: 2, windowMs: 60_000 });
    const statuses: number[] = [];
    for (let sent = 0; sent < 4; sent++) {
      const response = await send();
      await response.arrayBuffer();
      statuses.push(response.status);
    }
    await proxy.fault({ kind: "redirect" });
    await assert.rejects(send(), /fetch failed/);
    await proxy.close();

    assert.deepEqual(statuses, [201, 201, 429, 429]);
    const circled = proxy.exchanges().filter((one) => one.fault?.spec.kind === "redirect");
    assert.ok(circled.length > 10, `${circled.length} requests`);
    assert.deepEqual(new Set(circled.map((one) => one.operation)), new Set(["charge"]));
  });
});
