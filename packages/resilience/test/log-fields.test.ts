import assert from "node:assert/strict";
import { Console } from "node:console";
import { Writable } from "node:stream";
import { describe, it } from "node:test";
import { pino } from "pino";
import { createLogger, format, transports } from "winston";
import {
  type CallError,
  type CallOptions,
  type ErrorCode,
  isCallError,
  type PolicyDocument,
  policy,
  type ResilienceEvent,
  resilient,
} from "../src/index.ts";
import { type Logger, type LogLevels, type LogSink, logEvents, logFields } from "../src/log-fields.ts";
import { levelsDefault } from "../src/logs/levels.ts";
import { coded, failed, flaky, world } from "./support/world.ts";

const retry = { attempts: 3, backoff: { base: "100ms", jitter: "none" } } as const;
const payments = policy({
  name: "payments.charge",
  idempotent: true,
  retry,
  breaker: { consecutive: 3, minCalls: 100, open: { base: "1s", jitter: 0 }, probes: 1 },
});

type Line = Readonly<Record<string, unknown>>;

/** A stream that keeps the lines of JSON written into it. */
function memory(): { readonly stream: Writable; readonly lines: Line[] } {
  const lines: Line[] = [];
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      for (const line of chunk.toString().split("\n").filter(Boolean)) lines.push(JSON.parse(line) as Line);
      done();
    },
  });
  return { stream, lines };
}

/** The loggers that people have, each with what it wrote: level, message and our fields. */
const loggers: readonly (readonly [
  name: string,
  make: () => { logger: Logger | LogSink; lines(): Line[] },
])[] = [
  [
    "pino",
    () => {
      const { stream, lines } = memory();
      const logger = pino(
        { level: "debug", base: null, timestamp: false, formatters: { level: (level) => ({ level }) } },
        stream,
      );
      return { logger, lines: () => lines.map(({ msg, ...rest }) => ({ message: msg, ...rest })) };
    },
  ],
  [
    "winston",
    () => {
      const { stream, lines } = memory();
      const logger = createLogger({
        level: "debug",
        format: format.json(),
        transports: [new transports.Stream({ stream })],
      });
      return { logger, lines: () => lines };
    },
  ],
  [
    "a function",
    () => {
      const lines: Line[] = [];
      const logger: LogSink = (level, message, fields) => void lines.push({ level, message, ...fields });
      return { logger, lines: () => lines };
    },
  ],
];

describe("the lines of a runtime", () => {
  for (const [name, make] of loggers) {
    it(`tell of retries, circuits and calls that failed, and of no success: ${name}`, async () => {
      const { clock, runtime } = world();
      const { logger, lines } = make();
      logEvents(runtime, logger);
      const provider = flaky(3);
      const call = resilient(payments, provider.call, { runtime });

      await clock.run(() => failed(call()));
      await clock.advance(2_000);
      await clock.run(call);
      await clock.run(call);

      const of = { policy: "payments.charge" };
      const failure = { failure_class: "ambiguous", error_code: "ECONNRESET" };
      const end = { code: "EXHAUSTED", attempts: 3, elapsed_ms: 300, cause: "Error: connect ECONNRESET" };
      const start = "payments.charge:";
      const waits = (attempt: number, wait_ms: number) => ({
        level: "warn",
        message: `${start} attempt ${attempt} failed with ECONNRESET, next in ${wait_ms} ms`,
        event: "retry.waiting",
        ...of,
        attempt,
        wait_ms,
        ...failure,
      });
      const circuit = (level: string, from: string, to: string) => ({
        level,
        message: `${start} circuit ${to}, was ${from}`,
        event: "breaker.changed",
        ...of,
        from,
        to,
      });
      assert.deepEqual(lines(), [
        waits(1, 100),
        waits(2, 200),
        circuit("error", "closed", "open"),
        {
          level: "error",
          message: `${start} EXHAUSTED after 3 attempts in 300 ms`,
          event: "call.ended",
          ...of,
          ...end,
          ...failure,
        },
        circuit("info", "open", "half-open"),
        circuit("info", "half-open", "closed"),
      ]);
    });
  }

  it("come out of the console as text, what is wrong on stderr", async () => {
    const { clock, runtime } = world();
    const texts = { stdout: "", stderr: "" };
    const into = (name: keyof typeof texts) =>
      new Writable({
        write(chunk: Buffer, _encoding, done) {
          texts[name] += chunk.toString();
          done();
        },
      });
    logEvents(runtime, new Console({ stdout: into("stdout"), stderr: into("stderr") }));

    await clock.run(() => failed(resilient(payments, flaky(9).call, { runtime })()));
    await clock.advance(2_000);
    await clock.run(resilient(payments, flaky(0).call, { runtime }));

    assert.match(texts.stderr, /^payments\.charge: attempt 1 failed with ECONNRESET, next in 100 ms \{/);
    assert.match(
      texts.stderr,
      /EXHAUSTED after 3 attempts in 300 ms \{[^}]*code: 'EXHAUSTED',[^}]*elapsed_ms: 300/,
    );
    assert.match(texts.stdout, /^payments\.charge: circuit half-open, was open \{[^}]*to: 'half-open'/);
    assert.doesNotMatch(texts.stdout, /EXHAUSTED/);
  });

  it("are as loud as one likes, and stop when they are told to", async () => {
    const { clock, runtime } = world();
    const told: string[] = [];
    const levels: LogLevels = { success: "debug", retry: null, EXHAUSTED: "info" };
    const stop = logEvents(
      runtime,
      (level, _message, { event, code = "" }) => void told.push(`${level} ${event} ${code}`),
      { levels },
    );
    const document = policy({ name: "p", idempotent: true, retry });
    const run = (failures: number) =>
      clock.run(() => resilient(document, flaky(failures).call, { runtime }).outcome({}));

    await run(0);
    await run(9);
    stop();
    await run(9);

    assert.deepEqual(told, ["debug call.ended ", "info call.ended EXHAUSTED"]);
  });

  it("tell of a fallback what it stood in for, and of refusals by an open circuit nothing", async () => {
    const { clock, runtime } = world();
    const told: string[] = [];
    logEvents(
      runtime,
      (level, message, { fallback, code }) => void told.push(`${level} ${message} ${fallback} ${code}`),
    );
    const breaker = { consecutive: 1, minCalls: 100, open: { base: "1h" } } as const;
    const saved = policy({ name: "saved", fallback: "cached" });
    const call = resilient(policy({ name: "p", breaker }), flaky(9).call, { runtime });

    await clock.run(resilient(saved, flaky(9).call, { runtime, fallback: { cached: () => 1 } }));
    for (let count = 0; count < 3; count++) await clock.run(() => call.outcome({}));

    assert.deepEqual(told, [
      "warn saved: a fallback answered for FAILED after 1 attempt in 0 ms true FAILED",
      "error p: circuit open, was closed undefined undefined",
      "warn p: FAILED after 1 attempt in 0 ms undefined FAILED",
    ]);
  });

  it("hold neither what a call was given nor what it answered, however loud they are", async () => {
    const secret = "hunter2-anna";
    const { clock, runtime } = world();
    const { logger, lines } = loggers[0]![1]();
    const levels = Object.fromEntries(
      Object.keys(levelsDefault).map((subject) => [subject, "info"]),
    ) as LogLevels;
    logEvents(runtime, logger, { levels });
    const response = { status: 503, headers: { "set-cookie": secret }, message: secret, body: secret };
    const ends: (() => unknown)[] = [
      () => ({ card: secret }),
      () => response,
      () => Promise.reject({ message: secret, status: 400 }),
      () => Promise.reject(new Error(`400 Bad Request: {"name":"${secret}"}`)),
      () => Promise.reject(new Error(`bad request\n${secret}`)),
      () => Promise.reject(Object.assign(new Error("no"), { response, config: { data: secret } })),
      () => Promise.reject(new Error("no", { cause: new Error(secret) })),
      () => Promise.reject(Object.assign(new Error("no"), { code: `E "${secret}"` })),
    ];
    const bare = policy({ name: "bare", idempotent: true, retry: { attempts: 2 }, classify: "http" });
    const saved = policy({ ...bare, name: "saved", fallback: "own" });
    const fallback = { own: () => Promise.reject(new Error(`"${secret}"`)) };
    for (const end of ends) {
      const work = (_context: unknown, _argument: string) => end();
      const calls = [resilient(bare, work, { runtime }), resilient(saved, work, { runtime, fallback })];
      for (const call of calls) await clock.run(() => call.outcome({ idempotencyKey: secret }, secret));
    }

    assert.ok(lines().length > ends.length);
    assert.ok(!JSON.stringify(lines()).includes(secret), JSON.stringify(lines(), null, 1));
  });
});

describe("the fields of an error", () => {
  it("are those of the call and of what its function failed with", async () => {
    const { clock, runtime } = world();
    const busy = () =>
      Object.assign(new Error("Request failed with status code 503"), {
        status: 503,
        headers: { "retry-after": "7" },
      });
    const document = policy({
      name: "p",
      idempotent: true,
      retry: { attempts: 2, retryAfter: { cap: "1s" } },
    });
    const error = await clock.run(() => failed(resilient(document, flaky(9, busy).call, { runtime })()));

    assert.deepEqual(logFields(error), {
      policy: "p",
      code: "FAILED",
      attempts: 1,
      elapsed_ms: 0,
      failure_class: "throttled",
      status: 503,
      retry_after_ms: 7_000,
      cause: "Error: Request failed with status code 503",
    });
  });

  it("are flat, of few kinds and without what is not known, whatever happened", async () => {
    const codes = new Set<ErrorCode>();
    for (const subject of await everything()) {
      const fields = logFields(subject);
      if (isCallError(subject)) codes.add(subject.code);
      assert.equal(fields.policy, "p");
      for (const [name, value] of Object.entries(fields)) {
        assert.ok(["string", "number", "boolean"].includes(typeof value), `${name} of ${fields.code}`);
        assert.ok(
          typeof value !== "number" || Number.isInteger(value),
          `${name} of ${fields.code}: ${value}`,
        );
        assert.match(name, /^[a-z]+(_[a-z]+)*$/);
      }
    }
    assert.ok(codes.size >= 8, [...codes].join(" "));
  });

  it("of any other error are its code and its message", () => {
    assert.deepEqual(logFields(coded("ECONNREFUSED")), {
      error_code: "ECONNREFUSED",
      cause: "Error: connect ECONNREFUSED",
    });
    assert.deepEqual(logFields("gone"), { cause: "gone" });
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    for (const nothing of [undefined, null, 7, {}, Object.create(null), { message: "of an answer" }, proxy])
      assert.deepEqual(logFields(nothing), {});
  });
});

/** Errors of many codes, with all that can be in them, and the events on the way to them. */
async function everything(): Promise<readonly (CallError | ResilienceEvent)[]> {
  const never = () =>
    Object.assign(new Error("no"), { status: 429, headers: { "retry-after": "9".repeat(400) } });
  const budget = { ratio: 0, minPerSecond: 0 } as const;
  const breaker = { consecutive: 1, minCalls: 100 } as const;
  const hang = (): Promise<never> => new Promise(() => {});
  const fails = (document: Partial<PolicyDocument>, work: Work, options: CallOptions = {}) =>
    erring({ name: "p", ...document } as PolicyDocument, work, options);
  const all = await Promise.all([
    fails({ deadline: "10ms" }, hang),
    fails({ attemptTimeout: "10ms" }, hang),
    fails({ idempotent: true, retry }, flaky(9, never).call),
    fails({ idempotent: true, retry }, flaky(9).call),
    fails({ deadline: "1s" }, async (wait) => Promise.reject(await wait(10.4))),
    fails({ idempotent: true, retry, budget }, flaky(9).call),
    fails({ breaker }, flaky(9).call),
    fails({ limit: { concurrent: 1 } }, () => Promise.resolve()),
    fails({}, hang, { signal: AbortSignal.abort({ why: "left" }) }),
  ]);
  return all.flat();
}

type Work = (wait: (ms: number) => Promise<void>) => Promise<unknown>;

/** Makes two calls at once and one after them, and answers with the errors of those that failed and all events. */
async function erring(
  document: PolicyDocument,
  work: Work,
  options: CallOptions,
): Promise<readonly (CallError | ResilienceEvent)[]> {
  const { clock, runtime, events, work: wait } = world();
  const call = resilient(document, () => work(wait), { runtime });
  const make = () => call.outcome(options);
  const outcomes = await clock.run(async () => [...(await Promise.all([make(), make()])), await make()]);
  return [...events, ...outcomes.flatMap((outcome) => (outcome.ok ? [] : [outcome.error]))];
}
