import assert from "node:assert/strict";
import { once } from "node:events";
import { Agent, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { after, describe, it } from "node:test";
import { type RequestOutcome, resilientRequest } from "../src/http-node.ts";
import { isCallError } from "../src/index.ts";
import { httpAnswerLaws } from "./support/http-answer-laws.ts";
import { type LawClient, type LawSubject, thrice } from "./support/http-law-subject.ts";
import { answer, provider, reset, stall } from "./support/http-provider.ts";
import { httpRequestLaws } from "./support/http-request-laws.ts";
import { failed } from "./support/world.ts";

const agents: Agent[] = [];
after(() => {
  for (const agent of agents) agent.destroy();
});

function narrow(): Agent {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  agents.push(agent);
  return agent;
}

const subject: LawSubject = {
  make: (policy, options = {}): LawClient => {
    const client = resilientRequest(policy, options as object);
    const agent = narrow();
    return async (url, request = {}) => {
      const message = await client(url, { agent, ...request });
      return { status: message.statusCode ?? 0, text: () => text(message) };
    };
  },
  isAbort: (error, reason) => isCallError(error) && error.code === "ABORTED" && error.cause === reason,
};
httpAnswerLaws("node:http", subject);
httpRequestLaws("node:http", subject);

describe("resilientRequest", { timeout: 10_000 }, () => {
  it("sends bytes, parameters and whatever is iterated", async () => {
    const { url, seen } = await provider(answer(200));
    const client = resilientRequest(thrice);
    async function* parts() {
      yield "a";
      yield Buffer.from("b");
    }
    for (const body of [
      Buffer.from("bytes"),
      new URLSearchParams({ a: "1 2" }),
      parts(),
      Readable.from(["stream"]),
    ])
      await text(await client(url, { method: "PUT", body }));
    assert.deepEqual(
      seen.map((one) => [one.body, one.headers["content-type"]?.split(";")[0]]),
      [
        ["bytes", undefined],
        ["a=1+2", "application/x-www-form-urlencoded"],
        ["ab", undefined],
        ["stream", undefined],
      ],
    );
  });

  it("sends a stream again of which nothing was read, because there was no connection", async () => {
    const server = createServer(async (request, response) => response.end(await text(request)));
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    server.close();
    await once(server, "close");
    after(() => void server.close());

    const patient = { deadline: "5s", retry: { attempts: 50, backoff: { base: 20, cap: 20 } } } as const;
    const options = { method: "POST", body: Readable.from(["once"]), agent: narrow() };
    const call = resilientRequest(patient)(`http://127.0.0.1:${port}`, options);
    setTimeout(() => server.listen(port, "127.0.0.1"), 60);
    assert.equal(await text(await call), "once");
  });

  it("leaves a body off with an error that nobody has to listen for", async () => {
    const { url, seen } = await provider(stall(200));
    const message = await resilientRequest({ deadline: "100ms" })(url, { agent: narrow() });
    message.resume();
    await seen[0]?.closed;
    assert.equal(isCallError(message.errored) && message.errored.code, "TIMEOUT_TOTAL");
  });

  it("takes a body that its reader leaves off for a success, and one that breaks off for a failure", async () => {
    const { url, seen } = await provider(stall(200), (response, request) => {
      response.writeHead(200, { "content-length": "9" });
      response.write("part", () => setTimeout(() => request.socket.resetAndDestroy(), 10));
    });
    const client = resilientRequest({ breaker: { windowCalls: 2, minCalls: 2, failureRate: 0.5 } });
    (await client(url, { agent: narrow() })).destroy();
    await seen[0]?.closed;
    const broken = await client(url, { agent: narrow() });
    await assert.rejects(text(broken));
    assert.equal((await failed(client(url))).code, "OPEN", "one of two failed");
  });

  it("tells as an outcome what a status means, with the response unread", async () => {
    const { url } = await provider(answer(404, "who?"));
    const outcome: RequestOutcome = await resilientRequest(thrice).outcome({}, url);
    assert.ok(!outcome.ok && outcome.response !== undefined);
    assert.equal(outcome.error.failure?.status, 404);
    assert.equal(await text(outcome.response), "who?");
  });

  it("takes options for one call, and speaks TLS where the address says so", async () => {
    const { url, seen } = await provider(reset, answer(200));
    const client = resilientRequest(thrice);
    await text(await client.with({ idempotencyKey: "mine" }, url, { method: "POST" }));
    assert.equal(seen[1]?.headers["idempotency-key"], "mine");
    const error = await failed(client(url.replace("http:", "https:")));
    assert.match(String(error.failure?.code), /SSL|EPROTO|ECONNRESET/);
  });
});
