import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { describe, it } from "node:test";
import { schemaProblems } from "../report/testing/schema-problems.ts";
import { passiveSchema } from "./passive-schema.ts";
import {
  amongWell,
  type CallFacts,
  contractWith,
  reportOf,
  requestSeen,
  saidBy,
  times,
  trafficOf,
  well,
} from "./testing/traffic.ts";

const declared = contractWith({ policy: { retry: { attempts: 3 } } });
const gone: CallFacts = { tried: [{ end: 503 }] };

describe("passive judgement", () => {
  it("never takes a retry under another trace for a call that was not made again", () => {
    const strays = times(20, (at) => ({
      tried: [{ end: 503 }, { end: 200, afterMs: 100, trace: `${at}`.padStart(32, "b") }],
      status: 201,
    }));

    const said = saidBy("retries-transient", trafficOf(amongWell(strays)), declared);

    assert.equal(said.verdict, "inconclusive");
    assert.match(said.because, /belong to no call that came in/);
  });

  it("does not say that nothing was made again where no call was seen to come in", () => {
    const alone = amongWell(times(20, gone)).map((call) => ({ ...call, status: null }));

    const said = saidBy("retries-transient", trafficOf(alone), declared);

    assert.equal(said.verdict, "inconclusive");
    assert.match(said.because, /add the access log or the spans of the service's own requests/);
  });

  it("counts no attempts where a healthy call makes several requests", () => {
    const several = amongWell(times(20, gone)).flatMap((call, at) =>
      trafficOf([call]).flatMap((one) =>
        one.kind === "request" && one.side !== "in"
          ? [one, { ...one, line: 9_000 + at, startMs: 5e6, endMs: 5e6 + 1 }]
          : [one],
      ),
    );

    assert.equal(saidBy("retries-transient", several, declared).verdict, "inconclusive");
  });

  it("sets aside calls whose requests overlap, and those whose own caller went away", () => {
    const overlapping = trafficOf([well]).flatMap((one) =>
      one.kind === "request" && one.side !== "in"
        ? [
            { ...one, endMs: (one.startMs ?? 0) + 900 },
            { ...one, line: 8_000, startMs: (one.startMs ?? 0) + 100 },
          ]
        : [one],
    );
    const left = trafficOf([well]).map((one) =>
      one.kind === "request" && one.side === "in" ? { ...one, ending: "given-up" as const } : one,
    );

    const [target] = reportOf([...overlapping, ...left], declared).targets;

    assert.equal(target?.calls, 0);
    assert.deepEqual(
      target?.setAside.map(({ calls }) => calls),
      [1, 1],
    );
  });

  it("leaves what a busy machine could have made open", () => {
    const late = amongWell(
      times(20, {
        tried: [
          { end: "hang", tookMs: 700 },
          { end: 200, afterMs: 20 },
        ],
      }),
    );
    const contract = contractWith({ policy: { attemptTimeoutMs: 500 } });
    const busy = trafficOf(late).map((one, at) =>
      one.kind === "request" && one.side === "in" && at % 5 === 0
        ? { ...one, startMs: (one.startMs ?? 0) - 300 }
        : one,
    );

    assert.equal(saidBy("attempt", trafficOf(late), contract).verdict, "fail");
    assert.match(saidBy("attempt", busy, contract).because, /the machine was busy/);
  });

  it("does not take an answer that was left in its middle for silence", () => {
    const late = amongWell(
      times(20, {
        tried: [
          { end: "hang", tookMs: 2_000 },
          { end: 200, afterMs: 20 },
        ],
      }),
    );
    const contract = contractWith({ policy: { attemptTimeoutMs: 500 } });
    const begun = trafficOf(late).map((one) =>
      one.kind === "request" && one.ending === "given-up" ? { ...one, status: 200 } : one,
    );

    assert.equal(saidBy("attempt", trafficOf(late), contract).verdict, "fail");
    assert.equal(saidBy("attempt", begun, contract).verdict, "inconclusive");
    assert.equal(reportOf(begun, contract).targets[0]?.failing, 20);
  });

  it("counts requests that failed although no id ties them to a call", () => {
    const seen = times(10, well).map((_, at) =>
      requestSeen({ status: at < 7 ? 503 : 200, startMs: at, endMs: at + 1 }),
    );

    const [target] = reportOf(seen, declared).targets;

    assert.deepEqual([target?.attempts, target?.failed, target?.calls, target?.failing], [10, 7, 0, 0]);
  });

  it("counts a request that a proxy and a tracer wrote down once", () => {
    const seen = trafficOf(times(10, gone));
    const traced = seen.flatMap((one) =>
      one.kind === "request" && one.side !== "in" ? [{ ...one, source: "span" as const }] : [],
    );

    const [target] = reportOf([...seen, ...traced], declared).targets;

    assert.deepEqual([target?.attempts, target?.failed], [10, 10]);
  });

  for (const [until, isAccepted] of [
    ["1970-01-02", true],
    ["1969-12-31", false],
  ] as const) {
    it(`${isAccepted ? "marks" : "does not mark"} a finding that the contract accepts until ${until}`, () => {
      const one = { check: "retries-transient", at: "payments.charge", reason: "soon", owner: "ann", until };
      const place = { line: 1, column: 1 };
      const contract = { ...declared, accept: [{ ...one, place }] };

      const { verdict, accepted } = saidBy(
        "retries-transient",
        trafficOf(amongWell(times(20, gone))),
        contract,
      );

      assert.equal(verdict, "fail");
      assert.deepEqual(accepted, isAccepted ? { reason: "soon", owner: "ann", until } : undefined);
    });
  }

  it("takes no attempt that was given up at once for one that timed out", () => {
    const given = (tookMs: number): CallFacts => ({
      tried: [
        { end: "hang", tookMs },
        { end: 200, afterMs: 20 },
      ],
    });
    const contract = contractWith({ policy: { attemptTimeoutMs: 500 } });
    const said = (lateMs: number, late: number) =>
      saidBy(
        "attempt",
        trafficOf(amongWell([...times(40, given(15)), ...times(late, given(lateMs))])),
        contract,
      );

    assert.equal(said(4_000, 10).verdict, "inconclusive");
    assert.match(said(4_000, 10).because, /only 10 of them after about as long as the longest/);
    assert.equal(said(4_000, 25).verdict, "fail");
    assert.equal(said(500, 25).verdict, "pass");
  });

  it("leaves a deadline that a busy machine could have missed open", () => {
    const slow: CallFacts = {
      tried: [
        { end: 503, tookMs: 1_200 },
        { end: 503, afterMs: 300, tookMs: 1_200 },
      ],
    };
    const late = trafficOf(amongWell(times(20, slow)));
    const contract = contractWith({ policy: { deadlineMs: 2_000 } });
    const busy = late.map((one, at) =>
      one.kind === "request" && one.side === "in" && at % 5 === 0
        ? { ...one, startMs: (one.startMs ?? 0) - 300 }
        : one,
    );

    assert.equal(saidBy("deadline", late, contract).verdict, "fail");
    assert.equal(saidBy("deadline", busy, contract).verdict, "inconclusive");
    assert.match(saidBy("deadline", busy, contract).because, /the machine was busy/);
  });

  it("leaves open what a machine that stood still explains, however late it is", () => {
    const slow: CallFacts = {
      tried: [
        { end: 503, tookMs: 4_000 },
        { end: 503, afterMs: 300, tookMs: 4_000 },
      ],
    };
    const contract = contractWith({ policy: { deadlineMs: 2_000 } });
    const stalled = (ms: number) =>
      trafficOf(amongWell(times(20, slow))).map((one, at) =>
        one.kind === "request" && one.side === "in" && at % 5 === 0
          ? { ...one, startMs: (one.startMs ?? 0) - ms }
          : one,
      );

    assert.equal(saidBy("deadline", stalled(100), contract).verdict, "fail");
    assert.equal(saidBy("deadline", stalled(3_000), contract).verdict, "inconclusive");
  });

  it("tells targets apart by host and path where there is no contract, and finds advice at most", () => {
    const seen = trafficOf(amongWell(times(20, { tried: [{ end: 503, target: "/v1/prices/12" }] }))).map(
      (one) => (one.kind === "request" && one.side !== "in" ? { ...one, target: "/v1/prices/12" } : one),
    );

    const { targets, checks } = reportOf(seen, null);

    assert.deepEqual(
      targets.map(({ integration, operation }) => [integration, operation]),
      [["payments", "GET /v1/prices/:id"]],
    );
    assert.equal(checks.find(({ id }) => id === "retries-transient")?.verdict, "advice");
    assert.ok(checks.every(({ verdict }) => verdict !== "fail"));
  });

  it("quotes the lines that show what it found, and says which requests fit no operation", () => {
    const seen = [
      ...trafficOf(amongWell(times(20, gone))),
      requestSeen({ target: "/v2/unknown/77", trace: "f".repeat(32) }),
    ];

    const report = reportOf(seen, declared);

    const [line] = report.checks.find(({ id }) => id === "retries-transient")?.evidence ?? [];
    assert.equal(line?.file, "access.log");
    assert.match(line?.text ?? "", /^line \d+$/);
    assert.deepEqual(report.read.strangers, [{ request: "GET /v2/unknown/:id", count: 1 }]);
  });

  it("quotes a line with the key that changed in view", () => {
    const before = `10.0.0.9 - - [28/Nov/2026:03:00:00 +0000] "POST /v1/charges HTTP/1.1" 503 ${"x".repeat(80)} `;
    const changing = times(20, () => ({
      tried: ["k-one", "k-two"].map((key, at) => ({
        end: at === 1 ? 200 : 503,
        afterMs: 100,
        headers: { "idempotency-key": key },
      })),
    }));
    const seen = trafficOf(amongWell(changing)).map((one) =>
      one.kind === "request" ? { ...one, text: `${before}"${one.headers["idempotency-key"]}" rest` } : one,
    );

    const found = saidBy(
      "key-stable",
      seen,
      contractWith({ operation: { idempotencyKey: "idempotency-key" } }),
    );

    assert.deepEqual(
      found.evidence.slice(0, 2).map(({ text }) => text),
      ["k-one", "k-two"].map((key) => `10.0.0.9 - - [28/Nov… xxxx "${key}" rest`),
    );
  });

  it("does not blame the resolution of times where an application's log tells no beginnings", () => {
    const seen = times(20, well).flatMap((_, at) =>
      [1, 2].map((number) => ({
        kind: "log" as const,
        file: 1,
        line: 2 * at + number,
        text: "a line",
        atMs: 1_000 * at + 300 * number,
        call: `c${at}`,
        secret: null,
        outcome: null,
        attempt: {
          number,
          peer: "payments",
          operation: "charge",
          status: 503,
          ending: "answered" as const,
          succeeded: false,
        },
      })),
    );

    const report = reportOf(seen, declared);

    assert.match(saidBy("deadline", seen, declared).because, /when an attempt ended, not when it began/);
    assert.ok(report.targets[0]?.unseen.some((note) => /lines that do not say how one ended/.test(note)));
    assert.doesNotMatch(JSON.stringify(report), /1 s only|finer than/);
  });

  it("is what its schema says", () => {
    const report = reportOf(trafficOf(amongWell(times(20, gone))), declared);

    assert.deepEqual(schemaProblems(JSON.parse(JSON.stringify(report)), passiveSchema()), []);
  });

  it("has its schema in a file of the package", async () => {
    const file = new URL("../../schema/passive.schema.json", import.meta.url);

    assert.deepEqual(
      JSON.parse(await readFile(file, "utf8")),
      JSON.parse(JSON.stringify(passiveSchema())),
      "write it anew: holdfast schema passive > packages/verify/schema/passive.schema.json",
    );
  });

  it("says the same of the same traffic, and nothing of none", () => {
    const seen = trafficOf(amongWell(times(20, gone)));

    assert.deepEqual(reportOf(seen, declared), reportOf(seen, declared));
    assert.deepEqual(reportOf([], declared).checks, []);
  });
});
