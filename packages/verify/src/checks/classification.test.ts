import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { HttpIntegration, Operation } from "@holdfast/contract";
import { finalStatuses, transientStatuses } from "../status-matrix.ts";
import { type CallFacts, evidenceWith, targetWith, times, verdictOf } from "../testing/evidence.ts";
import { classification } from "./classification.ts";

const post: Partial<Operation> = { request: { method: "POST", path: "/v1/charges" } };
const once: CallFacts = { attempts: [{ at: 0 }] };
const again: CallFacts = { attempts: [{ at: 0 }, { at: 100, healthy: true }], outcome: "succeeded" };
const experiments = [
  ...[...finalStatuses, ...transientStatuses].map((status) => `${status}-once`),
  "reset-once-fresh",
  "close-once-fresh",
  "truncate-once",
  "hang-forever",
];
const transient = ["429-once", "502-once", "503-once", "504-once", "reset-once-fresh", "close-once-fresh"];

/** A consumer that sends again after the named experiments, and after no other. */
function judged(
  retried: readonly string[],
  policy: HttpIntegration["policy"] = {},
  operation: Partial<Operation> = {},
  healthyCall?: () => CallFacts,
) {
  const brought = experiments.map((name) => [name, times(3, retried.includes(name) ? again : once)] as const);
  const evidence = evidenceWith(Object.fromEntries(brought), healthyCall ? { healthyCall } : {});
  return verdictOf(classification, evidence, targetWith({ policy, operation }));
}

describe("classification", () => {
  it("passes when only what may help is sent again, and tells the whole matrix", () => {
    const found = judged(transient);
    assert.equal(found.verdict, "pass");
    assert.equal(found.measured?.length, experiments.length);
    assert.equal(found.measured?.find((one) => one.name === "attempts after 503")?.value, 2);
    assert.equal(found.measured?.find((one) => one.name === "attempts after 400")?.value, 1);
  });

  it("passes a consumer that sends nothing again and declares nothing", () => {
    assert.equal(judged([]).verdict, "pass");
  });

  for (const status of [400, 403, 404, 405, 410, 413, 415, 422]) {
    it(`finds that ${status} is sent again: a failure where retries are declared`, () => {
      const found = judged([...transient, `${status}-once`], { retry: { attempts: 3 } });
      assert.equal(found.verdict, "fail");
      assert.match(found.because, new RegExp(`${status} \\(3 of 3\\)`));
      assert.equal(judged([`${status}-once`]).verdict, "advice");
    });
  }

  it("finds a 501 sent again worth advice, and nothing where 5xx is declared", () => {
    assert.equal(judged([...transient, "501-once"], { retry: { attempts: 3 } }).verdict, "advice");
    const on = { retry: { attempts: 3, on: ["5xx", "429"] } };
    assert.equal(judged([...transient, "500-once", "501-once"], on).verdict, "pass");
  });

  it("allows one refresh after 401 and a second try after 409", () => {
    assert.equal(judged(["401-once", "409-once"], { retry: { attempts: 3 } }).verdict, "pass");
    const calls = times(3, { attempts: [{ at: 0 }, { at: 10 }, { at: 20 }] });
    const brought = Object.fromEntries(experiments.map((name) => [name, times(3, once)]));
    const evidence = evidenceWith({ ...brought, "401-once": calls });
    assert.equal(verdictOf(classification, evidence, targetWith()).verdict, "advice");
  });

  it("does not take one call of several for a rule: asks for more, and lets a single one of six be the machine's", () => {
    const policy = { retry: { attempts: 3 } };
    const seen = (calls: readonly CallFacts[]) => {
      const brought = Object.fromEntries(
        experiments.map((name) => [name, times(3, transient.includes(name) ? again : once)]),
      );
      return verdictOf(
        classification,
        evidenceWith({ ...brought, "415-once": calls }),
        targetWith({ policy }),
      );
    };
    const few = seen([once, again, once]);
    assert.equal(few.verdict, "inconclusive");
    assert.match(few.because, /after 415 one of 3 calls/);
    assert.deepEqual([few.more?.experiment, few.more?.samples], ["415-once", 3]);
    assert.equal(seen([once, again, once, once, once, once]).verdict, "pass");
    assert.equal(seen([once, again, again, once, once, once]).verdict, "fail");
    assert.equal(seen([again, once]).verdict, "fail");
  });

  it("fails when what is declared is not sent again", () => {
    for (const [word, missing] of [
      ["429", "429-once"],
      ["503", "503-once"],
      ["gateway-error", "502-once"],
      ["5xx", "500-once"],
      ["reset", "reset-once-fresh"],
      ["502", "502-once"],
      ["retriable-4xx", "409-once"],
    ] as const) {
      const all = [...transient, "500-once", "409-once"];
      const policy = { retry: { attempts: 3, on: [word] } };
      assert.equal(judged(all, policy).verdict, "pass", word);
      const found = judged(
        all.filter((name) => name !== missing),
        policy,
      );
      assert.equal(found.verdict, "fail", word);
      assert.match(found.because, /never sent again/);
    }
  });

  it("expects a second attempt after silence only where there is time for one", () => {
    const on = ["timeout"];
    const expects = (policy: HttpIntegration["policy"]) =>
      judged([], { ...policy, retry: { attempts: 3, on } }).verdict;
    assert.equal(expects({ attemptTimeoutMs: 800, deadlineMs: 4_000 }), "fail");
    assert.equal(expects({ attemptTimeoutMs: 800 }), "fail");
    assert.equal(expects({ attemptTimeoutMs: 800, deadlineMs: 1_000 }), "pass");
    assert.equal(expects({}), "pass");
  });

  it("advises against sending an effect without a key again after ambiguous failures", () => {
    const found = judged(["503-once"], {}, post);
    assert.equal(found.verdict, "advice");
    assert.match(found.because, /POST without an idempotency key/);
    assert.equal(judged(["429-once"], {}, post).verdict, "pass");
    assert.equal(judged(["503-once"], { idempotent: true }, post).verdict, "pass");
  });

  it("has nothing against it when every call carries a stable key", () => {
    const keyed = (): CallFacts => ({
      attempts: [{ at: 2, healthy: true, method: "POST", headers: { "idempotency-key": "one" } }],
    });
    assert.equal(judged(["503-once"], {}, post, keyed).verdict, "pass");
  });

  it("does not hold a declared but unsafe retry against a consumer that leaves it out", () => {
    const on = { retry: { attempts: 3, on: ["503", "429"] } };
    assert.equal(judged(["429-once"], on, post).verdict, "pass");
    assert.equal(judged(["503-once"], on, post).verdict, "fail");
  });

  it("counts the unseen attempt of a call that came back after connections were refused", () => {
    const brought = Object.fromEntries(experiments.map((name) => [name, times(3, once)]));
    const measured = (call: CallFacts) =>
      verdictOf(classification, evidenceWith({ ...brought, "refuse-once": times(3, call) })).measured?.find(
        (one) => one.name === "attempts after refuse",
      )?.value;
    assert.equal(measured({ attempts: [{ at: 180, healthy: true }], outcome: "succeeded" }), 2);
    assert.equal(measured({ attempts: [{ at: 8, healthy: true }], outcome: "succeeded" }), undefined);
    assert.equal(measured({ attempts: [] }), undefined);
  });

  it("does not pass while a status that must not be retried could not be tried", () => {
    const some = experiments.filter((name) => name !== "404-once");
    const evidence = evidenceWith(Object.fromEntries(some.map((name) => [name, times(3, once)])));
    const found = verdictOf(classification, evidence);
    assert.equal(found.verdict, "inconclusive");
    assert.match(found.because, /404/);
  });
});
