import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { it } from "node:test";
import { systemClock } from "@holdfast/core";
import { type ProxyRecord, startStub } from "../src/index.ts";
import { call, charge, redactor } from "./support.ts";

async function stub(): Promise<{ url: string; records: ProxyRecord[]; close(): Promise<void> }> {
  const records: ProxyRecord[] = [];
  let rendered = 0;
  const operation = { ...charge, answer: { ...charge.answer, body: '{"n":${n}}' } };
  const started = await startStub({
    integration: "payments",
    operations: [operation],
    clock: systemClock,
    redactor,
    render: (text) => text.replace("${n}", () => String(++rendered)),
    record: (record) => void records.push(record),
  });
  return { url: started.url, records, close: () => started.close() };
}

it("answers as declared, and replays for the same key and body", async () => {
  const { url, close } = await stub();
  const pay = async (key: string, body = "{}") =>
    (await call(`${url}/v1/charges`, { body, headers: { "idempotency-key": key } })).body.toString();

  const answers = [await pay("a"), await pay("a"), await pay("b"), await pay("a", '{"x":1}')];
  await close();

  assert.deepEqual(answers, ['{"n":1}', '{"n":1}', '{"n":2}', '{"n":3}']);
});

it("says what it does not know and what it knows", async () => {
  const { url, close } = await stub();
  const answer = await call(`${url}/v1/refunds?x=1`, { body: "{}" });
  await close();

  assert.equal(answer.status, 404);
  const { error } = JSON.parse(answer.body.toString());
  assert.equal(error.message, "The stub provider has no operation for POST /v1/refunds.");
  assert.deepEqual(error.declared, ["POST /v1/charges"]);
});

it("takes 10 MB of binary, and a consumer that goes away in the middle is no problem of its own", async () => {
  const { url, records, close } = await stub();
  const answer = await call(`${url}/v1/charges`, { body: randomBytes(10 * 1024 * 1024) });
  const headers = { "content-length": "1000000" };
  const signal = AbortSignal.timeout(30);
  await assert.rejects(call(`${url}/v1/charges`, { method: "POST", headers, signal }));
  await systemClock.sleep(30);
  await close();

  assert.equal(answer.status, 201);
  assert.deepEqual(records, []);
});
