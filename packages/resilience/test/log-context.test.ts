import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { newTraceContext, parseBaggage, seededRandom, withBaggageValue } from "@holdfast/core";
import { resilientFetch } from "../src/http-fetch.ts";
import { createRuntime, type PolicyDocument, policy, resilient } from "../src/index.ts";
import { contextFields, type LogFields, type LogOptions, logEvents } from "../src/log-fields.ts";
import { currentBaggage, runInside, runWithBaggage } from "../src/system-ambient.ts";
import { answer, provider } from "./support/http-provider.ts";
import { flaky, world } from "./support/world.ts";

const names = ["anna", "ben", "cleo"] as const;
const requests = Object.fromEntries(
  names.map((name, at) => {
    const trace = newTraceContext(seededRandom(at));
    const baggage = parseBaggage(`user=${name},session=s3cret`);
    return [name, { remainingMs: () => Number.POSITIVE_INFINITY, idempotencyKey: null, trace, baggage }];
  }),
);

/** The lines about calls of three requests at once, each by the user whose call it was. */
async function linesOf(
  document: PolicyDocument,
  work: (name: string) => unknown,
  options: LogOptions = {},
): Promise<readonly { readonly name: string; readonly fields: LogFields }[]> {
  const { clock, runtime } = world();
  const lines: { name: string; fields: LogFields }[] = [];
  const levels = { success: "info", OPEN: "info" } as const;
  logEvents(
    runtime,
    (_level, _message, fields) => void lines.push({ name: String(fields["baggage.user"]), fields }),
    { levels, baggage: ["user"], ...options },
  );
  const call = resilient(policy(document), (_context, name: string) => work(name), { runtime } as never);
  await clock.run(() =>
    Promise.all(names.map((name) => runInside(requests[name] as never, () => call.outcome({}, name)))),
  );
  return lines;
}

const retry = { attempts: 2, backoff: { base: "10ms", jitter: "none" } } as const;
const never = (): Promise<never> => new Promise(() => {});

describe("a log line", () => {
  const cases: readonly [why: string, Partial<PolicyDocument>, () => Promise<unknown>, readonly string[]][] =
    [
      ["succeeds", {}, async () => "answer", ["call.ended"]],
      [
        "is tried again after a wait that calls share a timer for",
        { idempotent: true, retry },
        async () => {
          throw Object.assign(new Error("reset"), { code: "ECONNRESET" });
        },
        ["retry.waiting", "call.ended"],
      ],
      [
        "times out, twice, at timers that are nobody's",
        { idempotent: true, retry, attemptTimeout: "1s" },
        never,
        ["retry.waiting", "call.ended"],
      ],
      [
        "reaches its deadline in a queue",
        { deadline: "1s", limit: { concurrent: 1, queue: 9 } },
        never,
        ["call.ended"],
      ],
      ["reaches its deadline", { deadline: "1s" }, never, ["call.ended"]],
      ["is refused", { deadline: "1s", limit: { concurrent: 1 } }, never, ["call.ended"]],
    ];
  for (const [why, document, work, events] of cases)
    it(`names the trace and the chosen baggage of the request whose call ${why}`, async () => {
      const lines = await linesOf({ name: "p", ...document }, work);
      assert.equal(lines.length, names.length * events.length);
      for (const name of names) {
        const own = lines.filter((line) => line.name === name);
        assert.deepEqual(
          own.map(({ fields }) => fields.event),
          events,
          name,
        );
        for (const { fields } of own) {
          assert.equal(fields.trace_id, requests[name]?.trace.traceId);
          assert.equal(JSON.stringify(fields).includes("s3cret"), false);
        }
      }
    });

  it("names the request whose answer it was where that ends long after, read by somebody else", async () => {
    const { url } = await provider(answer(200, "a long story"));
    const runtime = createRuntime();
    const told: Record<string, unknown>[] = [];
    const levels = { success: "info" } as const;
    logEvents(runtime, (_level, _message, fields) => void told.push({ ...fields }), {
      levels,
      baggage: ["user"],
    });
    const get = resilientFetch({ name: "story", deadline: "10s" }, { runtime });
    const response = await runInside(requests["anna"] as never, () => get(url));
    assert.deepEqual(told, []);
    assert.equal(await runInside(requests["ben"] as never, () => response.text()), "a long story");
    assert.deepEqual(
      told.map((fields) => [fields["event"], fields["trace_id"], fields["baggage.user"]]),
      [["call.ended", requests["anna"]?.trace.traceId, "anna"]],
    );
    runtime.dispose();
  });

  it("names nobody where it is about a circuit", async () => {
    const { clock, runtime } = world();
    const told: LogFields[] = [];
    logEvents(runtime, (_level, _message, fields) => void told.push(fields), { baggage: ["user"] });
    const breaker = { consecutive: 1, minCalls: 100 } as const;
    const call = resilient(policy({ name: "p", breaker }), flaky(1).call, { runtime });
    await clock.run(() => runInside(requests["anna"] as never, () => call.outcome({})));
    const [change] = told.filter(({ event }) => event === "breaker.changed");
    assert.deepEqual(change, { event: "breaker.changed", policy: "p", from: "closed", to: "open" });
  });

  it("has the id under the name that is asked for, or none", async () => {
    const ids = async (options: LogOptions) =>
      (await linesOf({ name: "p", deadline: "1s" }, async () => 1, options)).map(({ fields }) => fields);
    for (const fields of await ids({ ids: "ecs" }))
      assert.match(String(fields["trace.id"]), /^[0-9a-f]{32}$/);
    for (const fields of await ids({ ids: "none" }))
      assert.deepEqual([fields.trace_id, fields["trace.id"]], [undefined, undefined]);
  });

  it("shows a value of the baggage on one line, short, and as text", () => {
    const hostile = `a\r\nlevel=error\u001b[2J\u202e\u2028${"x".repeat(200)}`;
    const shown = runWithBaggage(withBaggageValue(currentBaggage(), "user", hostile), () =>
      contextFields({ baggage: ["user", "absent"] }),
    );
    const value = String(shown["baggage.user"]);
    assert.deepEqual(Object.keys(shown), ["baggage.user"]);
    assert.match(value, /^a……level=error…\[2J……x+…$/);
    assert.equal(value.length, 160);
    assert.deepEqual(contextFields({ baggage: ["user"] }), {}, "and nothing outside of any request");
  });
});
