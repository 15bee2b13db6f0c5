import assert from "node:assert/strict";
import { after, describe, it } from "node:test";
import { withBaggageValue } from "@holdfast/core";
import { resilientFetch } from "../../src/http-fetch.ts";
import {
  currentBaggage,
  currentDeadline,
  currentIdempotencyKey,
  currentTrace,
  type ExpiredRequest,
  type InboundOptions,
  runWithBaggage,
} from "../../src/http-inbound.ts";
import { isCallError, resilient } from "../../src/index.ts";
import { answer, hang, type Provider, provider } from "./http-provider.ts";

/** What a handler is given: the body of its request, whole and parsed as its framework parses it. */
export type LawHandler = (body: unknown) => Promise<unknown>;

/** A service in some framework, which answers with JSON what its handler answers, and with 500 what it throws. */
export interface LawService {
  readonly url: string;
  close(): unknown;
}

/** Makes a service whose requests come in through the door, or around it where there are no options. */
export type MakeService = (handler: LawHandler, options: InboundOptions | null) => Promise<LawService>;

/** What a handler is told of its request. */
interface Told {
  readonly traceId: string | null;
  readonly remainingMs: number | null;
  readonly key: string | null;
  readonly body?: unknown;
}

async function answered(response: Response | Promise<Response>): Promise<Told> {
  return (await (await response).json()) as Told;
}

const traceId = "0af7651916cd43dd8448eb211c80319c";
const traceparent = `00-${traceId}-b7ad6b7169203331-01`;
const past = { "x-envoy-expected-rq-timeout-ms": "0" };

/** Declares the tests that the door has to pass in every framework. */
export function httpInboundLaws(name: string, make: MakeService): void {
  async function serve(handler: LawHandler, options: InboundOptions | null = {}): Promise<string> {
    const { url, close } = await make(handler, options);
    after(close);
    return url;
  }
  const post = (url: string, headers: Record<string, string>) =>
    fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: '{"a":1}',
    });
  const told = async () => ({
    traceId: currentTrace()?.traceId ?? null,
    remainingMs: currentDeadline()?.remainingMs() ?? null,
    key: currentIdempotencyKey(),
  });

  describe(`${name}: what comes in`, { timeout: 10_000 }, () => {
    it("surrounds the work, also after the body was read and after a wait", async () => {
      const url = await serve(async (body) => {
        await new Promise((resolve) => setTimeout(resolve, 20));
        return { ...(await told()), body };
      });
      const headers = { traceparent, "idempotency-key": "k-1", "grpc-timeout": "5S" };
      const { remainingMs, ...rest } = await answered(post(url, headers));
      assert.deepEqual(rest, { traceId, key: "k-1", body: { a: 1 } });
      assert.ok(remainingMs !== null && remainingMs <= 4_981 && remainingMs > 1_000, `${remainingMs}`);
    });

    it("is kept apart between requests, and is gone outside of them", async () => {
      const url = await serve(async () => {
        await new Promise((resolve) => setTimeout(resolve, 10));
        return told();
      });
      const keys = ["a", "b", "c", "d"];
      const answers = await Promise.all(keys.map((key) => answered(post(url, { "idempotency-key": key }))));
      assert.deepEqual(
        answers.map(({ key }) => key),
        keys,
      );
      assert.equal(
        new Set(answers.map((one) => one.traceId)).size,
        4,
        "each has a trace, if only a fresh one",
      );
      assert.deepEqual(await told(), { traceId: null, remainingMs: null, key: null });
    });

    it("is cut to what the service itself allows", async () => {
      const url = await serve(told, { deadline: "2s" });
      const capped = await answered(post(url, { "x-envoy-expected-rq-timeout-ms": "60000" }));
      const own = await answered(post(url, {}));
      for (const { remainingMs } of [capped, own])
        assert.ok(remainingMs !== null && remainingMs <= 2_000 && remainingMs > 500);
    });

    it("goes on with the calls made inside: deadline, trace and a key for each", async () => {
      const payments: Provider = await provider(answer(200), answer(200), hang);
      const pay = resilientFetch({ name: `${name}.pay`, deadline: "60s", idempotent: true });
      const slow = resilient({ deadline: "60s" }, () => new Promise(() => {}));
      const url = await serve(async () => {
        for (let call = 0; call < 2; call++) await (await pay(payments.url, { method: "POST" })).text();
        return slow().catch((error: unknown) => (isCallError(error) ? error.code : "none"));
      });
      const headers = { traceparent, "idempotency-key": "order-7", "x-envoy-expected-rq-timeout-ms": "300" };
      assert.equal(await (await post(url, headers)).json(), "TIMEOUT_TOTAL");
      const [first, second] = payments.seen.map((one) => one.headers);
      assert.match(String(first?.["traceparent"]), new RegExp(`^00-${traceId}-`));
      assert.notEqual(first?.["traceparent"], traceparent);
      assert.ok(Number(first?.["x-envoy-expected-rq-timeout-ms"]) <= 290);
      assert.notEqual(first?.["idempotency-key"], second?.["idempotency-key"], "two charges are two");
      await post(url, { ...headers, "x-envoy-expected-rq-timeout-ms": "60" }).then((response) =>
        response.text(),
      );
      assert.equal(
        payments.seen[2]?.headers["idempotency-key"],
        first?.["idempotency-key"],
        "and the same when sent again",
      );
    });

    it("goes on with the baggage, of which only what is named goes out", async () => {
      const payments: Provider = await provider(answer(200), answer(200), answer(200), answer(200));
      const silent = resilientFetch({ name: `${name}.third` });
      const own = resilientFetch({ name: `${name}.own` }, { baggage: ["tenant", "plan"] });
      const url = await serve(async () => {
        const came = currentBaggage();
        for (const call of [silent, own]) await (await call(payments.url)).text();
        const more = withBaggageValue(came, "plan", "gold & silver");
        await runWithBaggage(more, async () => (await own(payments.url)).text());
        return [came, currentBaggage()];
      });
      const sent = { baggage: "tenant=acme;p , bad key=1,session=s3cret" };
      const came = "tenant=acme;p,session=s3cret";
      assert.deepEqual(await (await post(url, sent)).json(), [came, came]);
      assert.deepEqual(
        payments.seen.map((one) => one.headers["baggage"]),
        [undefined, "tenant=acme;p", "plan=gold%20&%20silver,tenant=acme;p"],
      );
      assert.equal(currentBaggage(), "");
    });

    it("leaves answers and errors as they are", async () => {
      const work: LawHandler = async (body) => {
        if ((body as { readonly a?: number }).a === 1) throw new Error("not today");
        return "never";
      };
      const answers = await Promise.all(
        [{}, null].map(async (options) => {
          const response = await post(await serve(work, options), {});
          const names = [...response.headers.keys()].filter((one) => one !== "date");
          return { status: response.status, names, text: await response.text() };
        }),
      );
      assert.deepEqual(answers[0], answers[1]);
      assert.equal(answers[0]?.status, 500);
    });

    it("is served although it came too late, unless that is refused; then never more than a fifth", async () => {
      const heard: ExpiredRequest[] = [];
      const onExpired = (request: ExpiredRequest): void => {
        heard.push(request);
        throw new Error("a listener's own mistake");
      };
      const shadow = await serve(told, { onExpired });
      const served = await post(shadow, past);
      assert.equal(
        (await answered(served)).remainingMs,
        null,
        "what says that it is gone is not believed in this",
      );
      assert.deepEqual(heard, [{ toldMs: 0, refusable: false, refused: false }]);

      const strict = await serve(told, { mode: "on" });
      for (let call = 0; call < 8; call++) await (await post(strict, {})).text();
      const late = await Promise.all([0, 1, 2, 3].map(() => post(strict, past)));
      const statuses = late.map(({ status }) => status).toSorted();
      assert.deepEqual(statuses, [200, 200, 504, 504]);
      await Promise.all(late.map((response) => response.text()));
    });
  });
}
