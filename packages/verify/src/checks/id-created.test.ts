import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { endedBecause } from "../evidence.ts";
import {
  type CallFacts,
  callOf,
  evidenceWith,
  experimentOf,
  targetWith,
  times,
  verdictOf,
} from "../testing/evidence.ts";
import { idCreated } from "./id-created.ts";

const id = (index: number) => (index + 1).toString(16).padStart(32, "a");
const parent = (traceId: string) => `00-${traceId}-00f067aa0ba902b7-01`;
const declared = targetWith({ service: { correlation: "traceparent" } });

/** A call that went out with this header. */
function sent(value: string | null, name = "traceparent"): CallFacts {
  const headers = value === null ? {} : { [name]: value };
  return { attempts: [{ at: 1, healthy: true, headers }], outcome: "succeeded" };
}

const fresh = (from: number) => times(3, (index) => sent(parent(id(from + index))));

function judged(
  without: readonly CallFacts[],
  malformed: readonly CallFacts[] = fresh(50),
  target = declared,
  healthyCall = (index: number) => sent(parent(id(900 + index))),
) {
  const experiments = { "without-id": without, "malformed-id": malformed };
  return verdictOf(idCreated, evidenceWith(experiments, { healthyCall }), target);
}

describe("id-created", () => {
  it("passes when each call goes out with a new id", () => {
    const found = judged(fresh(0));
    assert.equal(found.verdict, "pass");
    assert.match(found.because, /3 of 3 calls that brought no id .* 3 of 3 calls that brought a malformed/);
  });

  it("finds a call that goes out without an id, or with what came in", () => {
    const found = judged(times(3, sent(null)));
    assert.equal(found.verdict, "fail");
    assert.match(found.because, /3 of 3 calls that brought no id went out without traceparent/);
    const handedOn = judged(fresh(0), [...fresh(50), sent("no traceparent at all")]);
    assert.equal(handedOn.verdict, "fail");
    assert.match(handedOn.because, /1 of 4 calls that brought a malformed traceparent .* that is none/);
    const zeros = judged(fresh(0), times(3, sent(parent("0".repeat(32)))));
    assert.equal(zeros.verdict, "fail");
  });

  it("finds one id for several calls", () => {
    const found = judged(times(3, sent(parent(id(1)))));
    assert.equal(found.verdict, "fail");
    assert.match(found.because, /3 calls that brought no id went out with 1 id/);
  });

  it("advises where no correlation is declared", () => {
    assert.equal(judged(times(3, sent(null)), fresh(50), targetWith()).verdict, "advice");
    assert.equal(judged(fresh(0), fresh(50), targetWith()).verdict, "pass");
  });

  it("fails calls that fail for want of an id, and advises on a refusal", () => {
    const broken: CallFacts = { outcome: "failed", attempts: [] };
    assert.equal(judged(times(3, broken)).verdict, "fail");
    assert.match(judged(fresh(0), times(3, broken)).because, /brought a malformed traceparent failed/);
    assert.equal(judged([...fresh(0), broken]).verdict, "inconclusive");
    const experiment = experimentOf("without-id", times(3, broken));
    const calls = experiment.calls.map((call) => ({ ...call, status: 400 }));
    const evidence = evidenceWith(
      { "without-id": { ...experiment, calls }, "malformed-id": fresh(50) },
      { healthyCall: (index) => sent(parent(id(900 + index))) },
    );
    assert.equal(verdictOf(idCreated, evidence, declared).verdict, "advice");
  });

  it("counts the calls that ended their service", () => {
    const setAside = times(3, { outcome: "failed", attempts: [] }).map((facts) => {
      const observed = callOf(facts, "malformed-id");
      return { call: observed.id, because: endedBecause, observed };
    });
    const evidence = evidenceWith(
      { "without-id": fresh(0), "malformed-id": experimentOf("malformed-id", [], { setAside }) },
      { healthyCall: (index) => sent(parent(id(900 + index))) },
    );
    assert.equal(verdictOf(idCreated, evidence, declared).verdict, "fail");
  });

  it("takes the declared header for the id, and asks nothing of traceparent then", () => {
    const target = targetWith({ service: { correlation: "x-request-id" } });
    const named = (value: string) => sent(value, "x-request-id");
    const usual = (index: number) => named(`usual-${index}`);
    const new3 = times(3, (index) => named(`new-${index}`));
    assert.equal(judged(new3, [], target, usual).verdict, "pass");
    assert.equal(judged(times(3, sent(null)), [], target, usual).verdict, "fail");
  });

  it("does not apply where no id goes out at all, to a module, or to a scenario with an id of its own", () => {
    assert.equal(judged(times(3, sent(null)), [], declared, () => sent(null)).verdict, "not-applicable");
    const module = targetWith({ scenario: { act: { kind: "module", module: "call.mjs" } } });
    assert.equal(judged(fresh(0), fresh(50), module).verdict, "not-applicable");
    const act = {
      kind: "http",
      request: { method: "POST", path: "/" },
      headers: { Traceparent: "x" },
      body: null,
    } as const;
    assert.equal(judged(fresh(0), fresh(50), targetWith({ scenario: { act } })).verdict, "not-applicable");
  });

  it("needs three calls of each kind that reach the provider", () => {
    const cached: CallFacts = { outcome: "succeeded", attempts: [] };
    assert.match(judged([...fresh(0).slice(1), cached]).because, /2 of 3 calls .* reached the provider/);
    assert.equal(judged([...fresh(0).slice(1), cached]).verdict, "inconclusive");
    assert.equal(judged([...fresh(0), cached]).verdict, "pass");
    assert.equal(judged(fresh(0).slice(1)).verdict, "inconclusive");
    assert.equal(judged(fresh(0), []).verdict, "inconclusive");
  });
});
