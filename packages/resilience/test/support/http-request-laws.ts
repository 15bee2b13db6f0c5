import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import { Readable } from "node:stream";
import { describe, it } from "node:test";
import { parseTraceparent } from "@holdfast/core";
import { type LawSubject, limits, thrice, whole } from "./http-law-subject.ts";
import { answer, hang, provider, reset, stall, until } from "./http-provider.ts";
import { failed } from "./world.ts";

/** Declares the tests of requests and of callers that give up, which every client of HTTP has to pass. */
export function httpRequestLaws(name: string, { make, isAbort }: LawSubject): void {
  describe(`${name}: callers that give up`, limits, () => {
    it("ends the attempt under way, on the wire too", async () => {
      const { url, seen } = await provider(hang);
      const controller = new AbortController();
      const call = make(thrice)(url, { signal: controller.signal });
      await until(() => seen.length === 1);
      const reason = new Error("enough");
      controller.abort(reason);
      await assert.rejects(call, (error) => isAbort(error, reason));
      await seen[0]?.closed;
    });

    it("ends the wait for the next attempt, which is not made", async () => {
      const { url, seen } = await provider(answer(503, "", { "retry-after-ms": "300" }), answer(200));
      const controller = new AbortController();
      const call = make(thrice)(url, { signal: controller.signal });
      await until(() => seen.length === 1);
      const reason = new Error("enough");
      setTimeout(() => controller.abort(reason), 20);
      await assert.rejects(call, (error) => isAbort(error, reason));
      await new Promise((resolve) => setTimeout(resolve, 400));
      assert.equal(seen.length, 1);
    });

    it("ends the body, of a good answer and of a failed one", async () => {
      for (const status of [200, 500]) {
        const { url, seen } = await provider(stall(status));
        const controller = new AbortController();
        const answered = await make({ deadline: "5s" })(url, { signal: controller.signal });
        const text = answered.text();
        const reason = new Error("enough");
        controller.abort(reason);
        await assert.rejects(text, reason);
        const abortedMs = performance.now();
        await seen[0]?.closed;
        assert.ok(performance.now() - abortedMs < 3_000, "at once, and not at the deadline");
      }
    });
  });

  describe(`${name}: a signal that outlives its calls`, limits, () => {
    it("is listened to as long as an answer goes on, and then no more", async () => {
      for (const status of [200, 500]) {
        const { url } = await provider(answer(status));
        const { signal } = new AbortController();
        for (const policy of [{}, { deadline: "5s" }] as const)
          for (let call = 0; call < 3; call++) await whole(make(policy)(url, { signal }));
        // A connection may be told of its end a moment after its reader.
        await new Promise((resolve) => setTimeout(resolve, 20));
        assert.equal(getEventListeners(signal, "abort").length, 0);
      }
    });
  });

  describe(`${name}: what may be sent again`, limits, () => {
    it("does not send a POST again after a reset, and takes nobody's word for it", async () => {
      const { url, seen } = await provider(reset, answer(200));
      const error = await failed(make(thrice)(url, { method: "POST", body: "charge" }));
      assert.equal(error.code, "FAILED");
      assert.equal(seen.length, 1);
      assert.equal(seen[0]?.headers["idempotency-key"], undefined);
    });

    it("sends a POST again that carries its caller's key, and carries it again", async () => {
      const { url, seen } = await provider(reset, answer(200));
      const headers = { "Idempotency-Key": "order-7" };
      await whole(make(thrice)(url, { method: "POST", body: "charge", headers }));
      assert.deepEqual(
        seen.map((one) => [one.headers["idempotency-key"], one.body]),
        [
          ["order-7", "charge"],
          ["order-7", "charge"],
        ],
      );
    });

    it("gives a POST that the policy declares idempotent a key of its own, one for all attempts of a call", async () => {
      const { url, seen } = await provider(reset, answer(200), answer(200), answer(200));
      const client = make({ ...thrice, idempotent: true }, { keyHeader: "x-key" });
      await whole(client(url, { method: "POST" }));
      await whole(client(url, { method: "POST" }));
      await whole(client(url));
      const [first, again, second, get] = seen.map((one) => one.headers["x-key"]);
      assert.match(String(first), /^[\w-]{20,}$/);
      assert.equal(again, first);
      assert.notEqual(second, first);
      assert.equal(get, undefined, "what is idempotent by its method needs none");
    });

    it("sends a request with a stream as its body once", async () => {
      const { url, seen } = await provider(answer(503, "full"), answer(200));
      const body = Readable.from(["one", "two"]);
      const headers = { "idempotency-key": "k" };
      const answered = await make(thrice)(url, { method: "POST", body, headers });
      assert.equal(answered.status, 503);
      assert.equal(await answered.text(), "full");
      assert.deepEqual(
        seen.map((one) => one.body),
        ["onetwo"],
      );
    });

    it("shares a circuit between calls to one host, and not between hosts", async () => {
      const [bad, good] = [await provider(answer(500)), await provider(answer(200))];
      const client = make({
        breaker: { key: "host", minCalls: 2, windowCalls: 2, failureRate: 1 },
      });
      for (let call = 0; call < 2; call++) (await whole(client(bad.url))).text;
      assert.equal((await failed(client(bad.url))).code, "OPEN");
      assert.equal(bad.seen.length, 2);
      assert.equal((await whole(client(good.url))).status, 200);
    });
  });

  describe(`${name}: headers of attempts`, limits, () => {
    it("gives every attempt a span of its own in one trace", async () => {
      const { url, seen } = await provider(answer(503), answer(503), answer(200));
      await whole(make(thrice)(url));
      const traces = seen.map(({ headers }) => parseTraceparent(String(headers["traceparent"])));
      assert.equal(new Set(traces.map((trace) => trace?.traceId)).size, 1);
      assert.equal(new Set(traces.map((trace) => trace?.parentId)).size, 3);
      assert.ok(traces.every((trace) => trace !== null));
    });

    it("goes on with the trace that the caller has written, and leaves it alone where it is told to", async () => {
      const { url, seen } = await provider(answer(200));
      const traceId = "0af7651916cd43dd8448eb211c80319c";
      const headers = { traceparent: `00-${traceId}-b7ad6b7169203331-01`, tracestate: "a=1" };
      await whole(make(thrice)(url, { headers }));
      await whole(make(thrice, { trace: "leave" })(url, { headers }));
      await whole(make(thrice, { trace: "continue" })(url));
      const [child, left, none] = seen.map((one) => one.headers);
      const trace = parseTraceparent(String(child?.["traceparent"]));
      assert.equal(trace?.traceId, traceId);
      assert.notEqual(trace?.parentId, "b7ad6b7169203331");
      assert.equal(child?.["tracestate"], "a=1");
      assert.equal(left?.["traceparent"], headers.traceparent);
      assert.equal(none?.["traceparent"], undefined);
    });

    it("tells how long it waits, less with each attempt, and which attempt it is", async () => {
      const waiting = answer(503, "", { "retry-after-ms": "40" });
      const { url, seen } = await provider(waiting, waiting, answer(200));
      await whole(make(thrice, { attemptHeader: "x-attempt" })(url));
      const told = seen.map((one) => Number(one.headers["x-envoy-expected-rq-timeout-ms"]));
      const [first = 0, second = 0, third = 0] = told;
      assert.ok(first <= 4_990 && first > 3_000, `${told}`);
      assert.ok(second <= first - 39 && third <= second - 39, `${told}`);
      assert.deepEqual(
        seen.map((one) => one.headers["x-attempt"]),
        ["1", "2", "3"],
      );
    });

    it("tells no more than one attempt has, in the words that are asked for", async () => {
      const { url, seen } = await provider(answer(200));
      const policy = { ...thrice, attemptTimeout: "700ms" } as const;
      await whole(make(policy, { deadlineHeader: "grpc-timeout", deadlineMargin: "100ms" })(url));
      await whole(make(policy, { deadlineHeader: null })(url));
      assert.equal(seen[0]?.headers["grpc-timeout"], "600m");
      assert.equal(seen[1]?.headers["x-envoy-expected-rq-timeout-ms"], undefined);
    });
  });
}
