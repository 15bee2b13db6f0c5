import assert from "node:assert/strict";
import { Agent } from "node:http";
import { afterEach, describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { call, httpProvider, type RecordedProxy, recordedProxy } from "./support.ts";

describe("late-duplicate", () => {
  let provider: Awaited<ReturnType<typeof httpProvider>>;
  let proxy: RecordedProxy;
  let agent: Agent;
  const heard: string[] = [];

  async function fresh(answer = 201): Promise<void> {
    heard.length = 0;
    provider = await httpProvider(async (request, response) => {
      const body = Buffer.concat(await request.toArray()).toString();
      heard.push(`${request.headers["idempotency-key"]} ${body}`);
      response.writeHead(answer).end("{}");
    });
    proxy = await recordedProxy(provider.url);
    agent = new Agent({ keepAlive: true });
  }
  afterEach(async () => {
    agent.destroy();
    await proxy.close();
    await provider.close();
  });

  const pay = (key: string, body = '{"orderId":"o-1"}', options = {}) =>
    call(`${proxy.url}/v1/charges`, { agent, body, headers: { "idempotency-key": key }, ...options }).then(
      ({ status }) => status,
      (failure: NodeJS.ErrnoException) => failure.code ?? failure.name,
    );

  it("delivers the first attempt after the second one succeeded, and counts its effect", async () => {
    await fresh();
    await proxy.fault({ kind: "late-duplicate" }, 1);

    const seen = [await pay("first"), heard.length, await pay("second")];
    await sleep(100);

    assert.deepEqual(seen, ["ECONNRESET", 0, 201]);
    assert.deepEqual(heard, ['second {"orderId":"o-1"}', 'first {"orderId":"o-1"}']);
    const [first, second] = proxy.exchangesOf("call-1");
    assert.ok(first?.delivered && first.provider !== null && first.response === null);
    assert.equal(first.end, "fault-closed");
    assert.ok((first.provider.doneMs ?? 0) >= (second?.response?.completeMs ?? Number.POSITIVE_INFINITY));
    assert.deepEqual(
      proxy.effects().map(({ exchange, deduplicated }) => [exchange, deduplicated]),
      [
        [second?.id, false],
        [first.id, false],
      ],
    );
    await proxy.arm({ call: null, operation: null, program: { steps: [] } });
    assert.ok(proxy.exchanges().some(({ id, delivered }) => id === first.id && delivered));
    assert.deepEqual(proxy.problems(), []);
  });

  it("is recognised by its key, whatever the consumer saw of it", async () => {
    for (const how of ["reset", "close", "hang"]) {
      await fresh();
      await proxy.fault({ kind: "late-duplicate", how }, 1);
      const first = pay("k", '{"orderId":"o-1"}', how === "hang" ? { signal: AbortSignal.timeout(60) } : {});
      assert.equal(await first, how === "hang" ? "ABORT_ERR" : "ECONNRESET");
      await pay("k");
      await sleep(100);
      assert.deepEqual(
        proxy.effects().map(({ deduplicated }) => deduplicated),
        [false, true],
        how,
      );
      if (how === "hang") break;
      agent.destroy();
      await proxy.close();
      await provider.close();
    }
  });

  it("never delivers it when no later attempt succeeded, and lets its record go then", async () => {
    await fresh(503);
    await proxy.fault({ kind: "late-duplicate" }, 1);

    assert.deepEqual([await pay("k"), await pay("k")], ["ECONNRESET", 503]);
    await sleep(50);
    assert.equal(proxy.exchanges().filter(({ firedMs }) => firedMs !== null).length, 0);
    await proxy.arm({ call: null, operation: null, program: { steps: [] } });
    await pay("other");

    const held = proxy.exchanges().find(({ firedMs }) => firedMs !== null);
    assert.equal(held?.delivered, false);
    assert.deepEqual([heard.length, proxy.effects().length], [2, 0]);
  });

  it("waits for a success of the same call and operation", async () => {
    await fresh();
    await proxy.fault({ kind: "late-duplicate" }, 1);
    await pay("k");
    await call(`${proxy.url}/v1/elsewhere`, { agent, body: "{}" });
    await sleep(50);
    assert.equal(heard.length, 1);
    await pay("k");
    await sleep(100);
    assert.equal(heard.length, 3);
  });
});
