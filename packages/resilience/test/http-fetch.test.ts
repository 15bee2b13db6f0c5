import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { Agent, fetch as undiciFetch } from "undici";
import { type FetchOutcome, resilientFetch } from "../src/http-fetch.ts";
import { httpAnswerLaws } from "./support/http-answer-laws.ts";
import type { LawClient, LawSubject } from "./support/http-law-subject.ts";
import { answer, provider, reset, stall, until } from "./support/http-provider.ts";
import { httpRequestLaws } from "./support/http-request-laws.ts";
import { failed } from "./support/world.ts";

/** The `fetch` of undici on a pool of one connection. */
function narrowFetch(): typeof fetch {
  const dispatcher = new Agent({ connections: 1 });
  return ((input: string, init: object) => undiciFetch(input, { ...init, dispatcher })) as never;
}

const subject: LawSubject = {
  make: (policy, options = {}): LawClient => {
    const client = resilientFetch(policy, { ...options, fetch: narrowFetch() } as object);
    return async (url, request = {}) => {
      const init = typeof request.body === "object" ? { ...request, duplex: "half" } : request;
      const response = await client(url, init as RequestInit);
      return { status: response.status, text: () => response.text() };
    };
  },
  isAbort: (error, reason) => error === reason,
};
httpAnswerLaws("fetch", subject);
httpRequestLaws("fetch", subject);

const twice = { deadline: "5s", retry: { attempts: 2, backoff: { base: 1, cap: 5 } } } as const;

describe("a response of resilientFetch", { timeout: 10_000 }, () => {
  it("is what fetch answers in all but its body", async () => {
    const headers = { "set-cookie": "a=1", "x-own": "yes" };
    const { url } = await provider(
      (response) => void response.writeHead(302, { location: "/there" }).end(),
      (response) => void response.writeHead(200, "Fine enough", { ...headers }).end("body"),
    );
    const response = await resilientFetch(twice)(url);
    const { status, statusText, ok, redirected, type } = response;
    assert.deepEqual(
      { status, statusText, ok, redirected, type },
      {
        status: 200,
        statusText: "Fine enough",
        ok: true,
        redirected: true,
        type: "basic",
      },
    );
    assert.equal(response.url, `${url}there`, "redirects are left to fetch");
    assert.deepEqual(response.headers.getSetCookie(), ["a=1"]);
    assert.ok(response instanceof Response);

    const copy = response.clone();
    assert.equal(copy.url, response.url);
    assert.deepEqual([await copy.text(), await response.text()], ["body", "body"]);
  });

  it("may have a status and a text that no constructor takes", async () => {
    const { url } = await provider((response) => {
      response.socket?.end(
        "HTTP/1.1 799 D\u00e9j\u00e0 vu\r\nContent-Length: 2\r\nConnection: close\r\n\r\nno",
      );
    });
    const response = await resilientFetch(twice)(url);
    assert.equal(response.status, 799);
    assert.equal(response.ok, false);
    assert.equal(await response.text(), "no");
  });

  it("is read into a buffer of one's own, and cancelled, as any other", async () => {
    const { url, seen } = await provider(answer(200, "bytes"), stall(200));
    const client = resilientFetch({ limit: { concurrent: 1 } });
    const reader = (await client(url)).body?.getReader({ mode: "byob" });
    const chunk = await reader?.read(new Uint8Array(100));
    assert.equal(new TextDecoder().decode(chunk?.value), "bytes");
    assert.equal((await reader?.read(new Uint8Array(100)))?.done, true);

    const stalled = await client(url);
    await stalled.body?.cancel();
    await seen[1]?.closed;
    assert.equal((await client.outcome({}, url)).ok, true, "its place is free");
  });

  it("without a body holds nothing", async () => {
    const { url } = await provider(answer(204, ""));
    const client = resilientFetch({ limit: { concurrent: 1 } });
    for (const method of ["GET", "HEAD"]) assert.equal((await client(url, { method })).body, null);
  });

  it("gives back what it holds when it is forgotten", async () => {
    const { url, seen } = await provider(answer(200, "x".repeat(200_000)));
    const client = resilientFetch({ limit: { concurrent: 1 } });
    await (async () => void (await client(url)))();
    assert.equal((await failed(client(url))).code, "FULL");
    setFlagsFromString("--expose-gc");
    const collect = runInNewContext("gc") as () => void;
    let free = false;
    await until(() => {
      collect();
      void client.outcome({}, url).then(({ ok }) => {
        free ||= ok;
      });
      return free;
    });
    await seen[0]?.closed;
  });
});

describe("resilientFetch", { timeout: 10_000 }, () => {
  it("takes a Request for what it is: its method, its headers and its signal", async () => {
    const { url, seen } = await provider(answer(503), answer(200));
    const headers = { "x-own": "1" };
    await (await resilientFetch(twice)(new Request(url, { method: "PUT", headers }))).text();
    assert.deepEqual(
      seen.map(({ method, headers: got }) => [method, got["x-own"]]),
      [
        ["PUT", "1"],
        ["PUT", "1"],
      ],
    );
    const reason = new Error("before");
    const signal = AbortSignal.abort(reason);
    await assert.rejects(resilientFetch(twice)(new Request(url, { signal })), reason);
    assert.equal(seen.length, 2);
  });

  it("sends a Request with a body once, since fetch can read it only once", async () => {
    const { url, seen } = await provider(reset, answer(200));
    const request = new Request(url, { method: "PUT", body: "once" });
    assert.equal((await failed(resilientFetch(twice)(request))).code, "FAILED");
    assert.deepEqual(
      seen.map((one) => one.body),
      ["once"],
    );
  });

  it("sends a form and a blob again", async () => {
    const form = new FormData();
    form.set("field", "value");
    for (const body of [form, new Blob(["blob"]), new URLSearchParams({ a: "b" }), Buffer.from("bytes")]) {
      const { url, seen } = await provider(answer(503), answer(200));
      await (await resilientFetch(twice)(url, { method: "PUT", body })).text();
      assert.equal(seen.length, 2);
      assert.ok((seen[1]?.body.length ?? 0) > 2);
    }
  });

  it("tells as an outcome what a status means, with the response unread", async () => {
    const { url } = await provider(answer(404, "who?"));
    const outcome: FetchOutcome = await resilientFetch(twice).outcome({}, url);
    assert.ok(!outcome.ok);
    assert.equal(outcome.error.code, "FAILED");
    assert.equal(outcome.error.failure?.status, 404);
    assert.equal(await outcome.response?.text(), "who?");
  });

  it("takes options for one call", async () => {
    const { url, seen } = await provider(reset, answer(200), answer(200));
    const client = resilientFetch(twice);
    const response = await client.with({ idempotencyKey: "mine" }, url, { method: "POST" });
    await response.text();
    assert.deepEqual(
      seen.map((one) => one.headers["idempotency-key"]),
      ["mine", "mine"],
    );
    assert.equal((await failed(client.with({ deadlineMs: 0 }, url))).code, "TIMEOUT_TOTAL");
  });

  it("answers by its fallback, which may read what failed", async () => {
    const { url } = await provider(answer(500, "broken"), answer(500, "broken"));
    const client = resilientFetch(
      { ...twice, fallback: "cached" },
      {
        fallback: {
          cached: async ({ cause }, input) => {
            // By now an answer that nobody may look at any more would have been got rid of.
            await new Promise((resolve) => setTimeout(resolve, 10));
            const said = await (cause as Response).text();
            return new Response(`${String(input).length > 0 ? "instead of " : ""}${said}`);
          },
        },
      },
    );
    assert.equal(await (await client(url)).text(), "instead of broken");
  });

  it("judges by a classifier of one's own and shares state by a key of one's own", async () => {
    const { url, seen } = await provider(answer(200), answer(200));
    const client = resilientFetch(
      { ...twice, classify: "mine", breaker: { key: "tenant", windowCalls: 1, minCalls: 1 } },
      {
        classify: { mine: (end) => (end.threw ? null : { class: "ambiguous", counts: true }) },
        key: { tenant: (_input, init) => new Headers(init?.headers).get("x-tenant") ?? "" },
      },
    );
    const outcome = await client.outcome({}, url, { headers: { "x-tenant": "a" } });
    assert.ok(!outcome.ok && outcome.error.code === "OPEN", "the circuit opened after the first attempt");
    const other = await client.outcome({}, url, { headers: { "x-tenant": "b" } });
    assert.ok(!other.ok && other.error.attempts === 1, "another tenant has its own");
    assert.equal(seen.length, 2);
  });

  it("looks fetch up when it sends, and leaves mistakes of the caller to it", async (test) => {
    const client = resilientFetch(twice);
    test.mock.method(globalThis, "fetch", async () => new Response("mocked"));
    assert.equal(await (await client("http://nowhere.test")).text(), "mocked");
    test.mock.restoreAll();
    const error = await failed(client("no url"));
    assert.equal(error.code, "FAILED");
    assert.equal((error.cause as Error).name, "TypeError");
  });

  it("asks in its types for what the policy leaves open", () => {
    const mark = (): void => {
      resilientFetch({ breaker: { key: "host" } });
      // @ts-expect-error: nothing is bound to `tenant`.
      resilientFetch({ breaker: { key: "tenant" } });
      // @ts-expect-error: nothing is bound to `cached`.
      resilientFetch({ fallback: "cached" });
      const same: typeof fetch = resilientFetch({});
      assert.ok(same);
    };
    assert.equal(typeof mark, "function");
  });
});
