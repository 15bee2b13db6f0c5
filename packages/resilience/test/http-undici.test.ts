import assert from "node:assert/strict";
import { once } from "node:events";
import type { ServerResponse } from "node:http";
import { PassThrough, Readable } from "node:stream";
import { after, describe, it } from "node:test";
import { Agent, type Dispatcher, FormData, interceptors, MockAgent, request, stream, upgrade } from "undici";
import { resilientInterceptor } from "../src/http-undici.ts";
import type { PolicyDocument } from "../src/index.ts";
import { httpAnswerLaws } from "./support/http-answer-laws.ts";
import { type LawClient, type LawSubject, thrice } from "./support/http-law-subject.ts";
import { type Act, answer, hang, provider, reset, until } from "./support/http-provider.ts";
import { httpRequestLaws } from "./support/http-request-laws.ts";
import { failed } from "./support/world.ts";

const agents: Agent[] = [];
after(() => Promise.all(agents.map((agent) => agent.destroy())));

/** A dispatcher with one connection for each origin. */
function narrow(policy: PolicyDocument, options: object = {}): Dispatcher {
  const agent = new Agent({ connections: 1 });
  agents.push(agent);
  return agent.compose(resilientInterceptor(policy, options));
}

const subject: LawSubject = {
  make: (policy, options = {}): LawClient => {
    const dispatcher = narrow(policy, options);
    return async (url, { method = "GET", ...rest } = {}) => {
      const { statusCode, body } = await request(url, { dispatcher, method, ...rest });
      return { status: statusCode, text: () => body.text() };
    };
  },
  isAbort: (error, reason) => error === reason,
};
httpAnswerLaws("undici", subject);
httpRequestLaws("undici", subject);

describe("the interceptor for undici", { timeout: 10_000 }, () => {
  it("takes headers in every form that undici does", async () => {
    const { url, seen } = await provider(answer(200));
    const dispatcher = narrow(thrice);
    const forms = [{ "X-Own": "1" }, ["X-Own", "1"], new Map([["X-Own", "1"]])];
    for (const headers of forms)
      await (await request(url, { dispatcher, headers: headers as string[] })).body.text();
    assert.deepEqual(
      seen.map((one) => [one.headers["x-own"], one.headers["traceparent"] !== undefined]),
      forms.map(() => ["1", true]),
    );
  });

  it("sends what can be read again again: bytes and forms", async () => {
    const form = new FormData();
    form.set("field", "value");
    for (const body of [Buffer.from("bytes"), form]) {
      const { url, seen } = await provider(reset, answer(200));
      await (await request(url, { dispatcher: narrow(thrice), method: "PUT", body })).body.text();
      assert.equal(seen.length, 2);
    }
  });

  it("lets a slow reader hold the provider back, on the attempt that answers", async () => {
    const whole = "x".repeat(4 * 1024 * 1024);
    const { url } = await provider(answer(503), answer(200, whole));
    let length = 0;
    const sink = new PassThrough({ highWaterMark: 1024 });
    const read = (async () => {
      for await (const chunk of sink) {
        length += (chunk as Buffer).length;
        await new Promise((resolve) => setImmediate(resolve));
      }
    })();
    await stream(url, { dispatcher: narrow(thrice), method: "GET" }, () => sink);
    await read;
    assert.equal(length, whole.length);
  });

  it("holds the provider back while nobody reads, and while a fallback takes its time", async () => {
    const large = "x".repeat(32 * 1024 * 1024);
    const sent: ServerResponse[] = [];
    const floods: Act = (response) => {
      sent.push(response);
      response.writeHead(sent.length === 1 ? 200 : 500).end(large);
    };
    const { url } = await provider(floods);
    const unread = await request(url, { dispatcher: narrow(thrice) });
    const slow = async () => {
      await new Promise((resolve) => setTimeout(resolve, 400));
      return { statusCode: 200, body: `${sent[1]?.writableFinished}` };
    };
    const dispatcher = narrow({ fallback: "slow" }, { fallback: { slow } });
    assert.equal(await (await request(url, { dispatcher })).body.text(), "false");
    assert.equal(sent[0]?.writableFinished, false);
    unread.body.destroy();
  });

  it("works with dispatchers that answer at once, such as undici's mocks", async () => {
    const mocks = new MockAgent();
    mocks.disableNetConnect();
    const pool = mocks.get("http://provider.test");
    pool.intercept({ path: "/", method: "GET" }).reply(503, "busy");
    pool.intercept({ path: "/", method: "GET" }).reply(200, "served");
    pool.intercept({ path: "/", method: "GET" }).reply(404, "who?");
    const dispatcher = mocks.compose(resilientInterceptor(thrice));
    const answers = [];
    for (let call = 0; call < 2; call++) {
      const { statusCode, body } = await request("http://provider.test/", { dispatcher });
      answers.push([statusCode, await body.text()]);
    }
    assert.deepEqual(answers, [
      [200, "served"],
      [404, "who?"],
    ]);
    mocks.assertNoPendingInterceptors();
    await mocks.close();
  });

  it("never sends what timed out while it waited for a connection", async () => {
    const { url, seen } = await provider(hang, answer(200));
    const agent = new Agent({ connections: 1 });
    agents.push(agent);
    const holder = new AbortController();
    const held = request(url, { dispatcher: agent, signal: holder.signal });
    await until(() => seen.length === 1);
    const dispatcher = agent.compose(resilientInterceptor({ deadline: "100ms" }));
    assert.equal((await failed(request(url, { dispatcher, method: "POST" }))).code, "TIMEOUT_TOTAL");
    holder.abort(new Error("enough"));
    await assert.rejects(held);
    await (await request(url, { dispatcher: agent, method: "PUT" })).body.text();
    assert.deepEqual(
      seen.map(({ method }) => method),
      ["GET", "PUT"],
    );
  });

  it("tells of early hints, and lets an upgrade pass as it is", async () => {
    const hints: Act = (response) =>
      response.writeEarlyHints({ link: "</a.css>; rel=preload" }, () => response.end("ok"));
    const switches: Act = (_response, { socket }) =>
      void socket.write(
        "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: own\r\n\r\nhello",
      );
    const { url } = await provider(hints, switches);
    const told: number[] = [];
    const onInfo = ({ statusCode }: { readonly statusCode: number }) => void told.push(statusCode);
    const dispatcher = narrow(thrice);
    assert.equal(await (await request(url, { dispatcher, onInfo })).body.text(), "ok");
    assert.deepEqual(told, [103]);

    const { socket } = await upgrade(url, { dispatcher, protocol: "own" });
    const [chunk] = await once(socket, "data");
    assert.equal(String(chunk), "hello");
    socket.destroy();
  });

  it("stands inside redirects and status errors of undici's own", async () => {
    const away: Act = (response) => void response.writeHead(302, { location: "/there" }).end();
    const { url, seen } = await provider(answer(503), away, answer(404, "gone"));
    const agent = new Agent({ connections: 1 });
    agents.push(agent);
    const { redirect, responseError } = interceptors;
    const dispatcher = agent.compose(
      resilientInterceptor(thrice),
      redirect({ maxRedirections: 1 }),
      responseError(),
    );
    await assert.rejects(request(url, { dispatcher }), { statusCode: 404 });
    assert.deepEqual(
      seen.map((one) => one.path),
      ["/", "/", "/there"],
    );
  });

  it("ends a request whose handler fails, and gives its place back", async () => {
    const { url } = await provider(answer(200, "x".repeat(100_000)));
    const dispatcher = narrow({ limit: { concurrent: 1 } });
    const broken = stream(url, { dispatcher, method: "GET" }, () => {
      throw new Error("no sink");
    });
    await assert.rejects(broken, { message: "no sink" });
    const { statusCode, body } = await request(url, { dispatcher });
    assert.deepEqual([statusCode, (await body.text()).length], [200, 100_000]);
  });

  it("answers by its fallback in place of a failure", async () => {
    const { url, seen } = await provider(answer(500, "broken".repeat(5_000)));
    const cached = () => ({ statusCode: 200, headers: { "x-from": "cache" }, body: "kept" });
    const dispatcher = narrow({ fallback: "cached" }, { fallback: { cached } });
    for (let call = 0; call < 3; call++) {
      const { statusCode, headers, body } = await request(url, { dispatcher });
      assert.deepEqual([statusCode, headers["x-from"], await body.text()], [200, "cache", "kept"]);
    }
    assert.equal(seen.length, 3, "what failed does not hold the one connection");
  });

  it("gives up a stream whose request is not sent at all", async () => {
    const dispatcher = narrow({ breaker: { key: "host", windowCalls: 1, minCalls: 1 } });
    const { url } = await provider(answer(500));
    await (await request(url, { dispatcher })).body.text();
    const body = Readable.from(["never read"]);
    assert.equal((await failed(request(url, { dispatcher, method: "POST", body }))).code, "OPEN");
    assert.equal(body.destroyed, true);
  });
});
