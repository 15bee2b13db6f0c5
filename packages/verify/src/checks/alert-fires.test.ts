import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { alertTarget, alertVerdict, firingOf, modeOf, proofRecord } from "../testing/alerts.ts";
import { targetWith } from "../testing/evidence.ts";
import { alertFires } from "./alert-fires.ts";

const judged = (
  ...[record, target]: [Parameters<typeof alertVerdict>[1], Parameters<typeof alertVerdict>[2]?]
) => alertVerdict(alertFires, record, target);
const outage = "payments/provider unavailable (5xx)";
const silent = modeOf({ mode: "provider silent or slow" });
const nothing = [{ id: outage, firing: [] }];

describe("alert-fires", () => {
  it("passes where an alert fires under each way to fail", () => {
    const found = judged(proofRecord());
    assert.equal(found.verdict, "pass");
    assert.match(found.because, /5xx\) after 2 min \(PaymentsFail\)/);
  });

  it("fails where none fires under one of them, and names it", () => {
    const faults = [
      { id: outage, firing: [firingOf()] },
      { id: silent.id, firing: [] },
    ];
    const found = judged(proofRecord({ modes: [modeOf(), silent] }, { faults }));
    assert.equal(found.verdict, "fail");
    assert.match(found.because, /no alert fires under provider silent or slow \(12 of 12 calls failed\)/);
    assert.equal(judged(proofRecord({}, { faults: nothing })).verdict, "fail");
  });

  it("does not count an alert that fires without any fault", () => {
    assert.equal(judged(proofRecord({}, { control: [firingOf({ firedAtMs: 0 })] })).verdict, "fail");
  });

  it("does not ask for an alert where no call failed", () => {
    const absorbed = modeOf({ failed: 0 });
    assert.equal(judged(proofRecord({ modes: [absorbed] }, { faults: [] })).verdict, "not-applicable");
    assert.equal(judged(proofRecord({ modes: [] })).verdict, "inconclusive");
  });

  it("says of rules that were generated that nobody has declared them", () => {
    const found = judged(proofRecord({ rules: "generated" }));
    assert.equal(found.verdict, "advice");
    assert.match(found.because, /operations\.rules names no rules/);
  });

  it("takes what generated rules lack for nobody's failure", () => {
    const found = judged(proofRecord({ rules: "generated" }, { faults: nothing }));
    assert.equal(found.verdict, "advice");
    assert.match(
      found.because,
      /^operations\.rules names no rules; of those that holdfast generates: no alert/,
    );
    assert.match(found.diagnosis ?? "", /holdfast generate alerts/);
  });

  it("fails where the first alert comes after the error budget of the whole period is spent", () => {
    const slo = { availability: 0.999, latency: null, windowMs: 30 * 86_400_000 };
    const firesAfter = (minutes: number, mode = modeOf()) => {
      const faults = [{ id: outage, firing: [firingOf({ firedAtMs: minutes * 60_000 })] }];
      return judged(proofRecord({ modes: [mode] }, { faults }), alertTarget({ slo }));
    };
    assert.equal(firesAfter(43).verdict, "pass");
    const late = firesAfter(181);
    assert.equal(late.verdict, "fail");
    assert.match(late.because, /PaymentsFail, fires after 3 h, and the error budget is spent after 43 min/);
    assert.equal(firesAfter(80, modeOf({ calls: 12, failed: 6 })).verdict, "pass", "half as many fail");
    assert.equal(firesAfter(87, modeOf({ calls: 12, failed: 6 })).verdict, "fail");
  });

  it("holds a latency to the same bound, by the calls that were slower", () => {
    const slo = { availability: null, latency: { p99: 1_000 }, windowMs: 7 * 86_400_000 };
    const firesAfter = (minutes: number, slow?: Readonly<Record<string, number>>) => {
      const faults = [{ id: outage, firing: [firingOf({ firedAtMs: minutes * 60_000 })] }];
      const mode = modeOf(slow === undefined ? {} : { slow });
      return judged(proofRecord({ modes: [mode] }, { faults }), alertTarget({ slo }));
    };
    assert.equal(firesAfter(100, { p99: 12 }).verdict, "pass");
    const late = firesAfter(119, { p99: 12 });
    assert.equal(late.verdict, "fail");
    assert.match(late.because, /fires after 119 min, and the budget of latency p99 is spent after 101 min/);
    assert.equal(firesAfter(119, { p99: 6 }).verdict, "pass", "half as many are slow");
    assert.equal(firesAfter(119, { p99: 0 }).verdict, "pass", "fast failures spend none of it");
    assert.equal(firesAfter(119).verdict, "pass", "not known of runs that did not keep it");
  });

  it("asks nobody to be told within ten minutes, however small the budget is", () => {
    const slo = { availability: 0.9999, latency: null, windowMs: 7 * 86_400_000 };
    const faults = [{ id: outage, firing: [firingOf({ firedAtMs: 9 * 60_000 })] }];
    assert.equal(judged(proofRecord({}, { faults }), alertTarget({ slo })).verdict, "pass");
  });

  it("fails rules that Prometheus refuses, by file and rule", () => {
    const problem = {
      code: "RULES_INVALID",
      file: "ops/a.yml",
      rule: "Foo",
      says: "bad",
      remedy: "",
    } as const;
    const found = judged(proofRecord({}, { problems: [problem] }));
    assert.equal(found.verdict, "fail");
    assert.match(found.because, /^ops\/a\.yml, rule Foo: bad/);
  });

  it("says which metric is missing where that is why nothing fires", () => {
    const [alert] = proofRecord().proof?.alerts ?? [];
    assert.ok(alert !== undefined);
    const blind = { ...alert, missing: ["calls"] };
    assert.match(
      judged(proofRecord({}, { faults: nothing, alerts: [blind] })).diagnosis ?? "",
      /such as calls/,
    );
  });

  it("says which condition no series fulfils", () => {
    const [alert] = proofRecord().proof?.alerts ?? [];
    assert.ok(alert !== undefined);
    const strange = { ...alert, unmatched: [`calls_total{status="5xx"}, where status is "502"`] };
    assert.match(
      judged(proofRecord({}, { faults: nothing, alerts: [strange] })).diagnosis ?? "",
      /PaymentsFail asks for calls_total\{status="5xx"\}, where status is "502"/,
    );
  });

  it("says it of a rule about the integration even where another alert fires, and of no other's", () => {
    const [alert] = proofRecord().proof?.alerts ?? [];
    assert.ok(alert !== undefined);
    const unmatched = [`calls_total{status="5xx"}, where status is "502"`, "calls_total{a,b}"];
    const strange = { ...alert, name: "PaymentsSlow", unmatched };
    const passed = judged(proofRecord({}, { alerts: [alert, strange] }));
    assert.equal(passed.verdict, "pass");
    assert.match(
      passed.because,
      /has what PaymentsSlow asks for calls_total\{status="5xx"\}.*, and 1 more like it$/,
    );
    const another = { ...strange, name: "GeocoderDown", labels: {}, annotations: {} };
    assert.doesNotMatch(judged(proofRecord({}, { alerts: [alert, another] })).because, /asks for/);
  });

  it("takes a refused rule that Holdfast wrote for Holdfast's defect", () => {
    const problem = {
      code: "RULES_INVALID",
      file: "ops/alerts/a.rules.yml",
      rule: "Foo",
      says: "bad",
      remedy: "",
      asGenerated: true,
    } as const;
    const declared = judged(proofRecord({}, { problems: [problem] }));
    assert.equal(declared.verdict, "fail");
    assert.match(declared.diagnosis ?? "", /holdfast generate alerts wrote the file .* report it\.$/);
    const none = judged(proofRecord({ rules: "generated" }, { problems: [problem] }));
    assert.equal(none.verdict, "advice");
    assert.match(
      none.because,
      /^operations\.rules names no rules, and what .* writes is refused: rule Foo: bad$/,
    );
    assert.match(none.diagnosis ?? "", /^This is a defect of Holdfast.*report it/);
  });

  it("says how rules that Holdfast wrote for other metrics are made anew", () => {
    const [alert] = proofRecord().proof?.alerts ?? [];
    assert.ok(alert !== undefined);
    const blind = { ...alert, missing: ["calls"], asGenerated: true as const };
    assert.match(
      judged(proofRecord({}, { faults: nothing, alerts: [blind] })).diagnosis ?? "",
      /such as calls\. holdfast generate alerts wrote that for other metrics: .* --run RUN/,
    );
  });

  it("stays open without metrics, without a proof, without promtool, and where a fault's metrics were not read", () => {
    const without = targetWith({ contract: { operations: alertTarget().contract.operations } });
    assert.match(judged(proofRecord(), without).because, /metrics: GET \/metrics/);
    assert.equal(judged(undefined).verdict, "inconclusive");
    const problem = { code: "PROMTOOL_MISSING", says: "promtool is not on the PATH", remedy: "Install it." };
    const missing = judged(proofRecord({ problem }, null));
    assert.equal(missing.verdict, "inconclusive");
    assert.match(missing.because, /PATH: Install it/);
    const unread = proofRecord({ modes: [modeOf(), modeOf({ ...silent, unread: "the service had ended" })] });
    assert.match(judged(unread).because, /had ended/);
    assert.equal(judged(unread).verdict, "inconclusive");
    assert.match(judged(proofRecord({}, { faults: [] })).because, /healthy calls/);
  });

  it("does not apply where neither objective nor rules are declared", () => {
    const target = alertTarget({ slo: null }, { operations: null });
    assert.equal(judged(proofRecord(), target).verdict, "not-applicable");
    assert.equal(judged(undefined, targetWith({ service: null })).verdict, "not-applicable");
  });

  it("knows its fault by its id", () => {
    assert.equal(proofRecord().modes[0]?.id, outage);
  });
});
