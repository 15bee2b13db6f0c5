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
