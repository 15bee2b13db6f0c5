import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { placeOf, planRun, selected, targets } from "./plan.ts";
import { targetWith } from "./testing/evidence.ts";

const options = { seed: 1, jobs: 8, cores: 2, startMs: 300 };
const hardened = targetWith({
  policy: {
    deadlineMs: 4_000,
    attemptTimeoutMs: 800,
    retry: { attempts: 3, backoff: { baseMs: 100, capMs: 1_000, jitter: "full" } },
  },
  operation: { request: { method: "POST", path: "/v1/charges" }, idempotencyKey: "idempotency-key" },
}).contract;

describe("the plan", () => {
  it("has every experiment of a target once, with all the checks that asked for it", () => {
    const { experiments } = planRun(hardened, options);
    assert.equal(new Set(experiments.map((one) => one.id)).size, experiments.length);
    const outage = experiments.find((one) => one.name === "503-forever");
    assert.equal(outage?.id, "place-order/payments.charge/503-forever");
    assert.ok(["bounded", "backs-off", "jitters", "stays-alive"].every((id) => outage?.checks.includes(id)));
    assert.equal(outage?.quiet, true);
    assert.equal(outage?.lingerGaps, 3);
  });

  it("puts the longest first", () => {
    const bounds = planRun(hardened, options).experiments.map((one) => one.lowerBoundMs);
    assert.deepEqual(
      bounds,
      bounds.toSorted((a, b) => b - a),
    );
  });

  it("watches a hung call long enough to see its socket released", () => {
    const silence = planRun(hardened, options).experiments.find((one) => one.name === "hang-forever");
    assert.ok((silence?.lingerMs ?? 0) >= 2_500);
    assert.equal(silence?.perInstance, 2);
    assert.equal(silence?.horizonMs, 10_000);
  });

  it("gives calls that hang an instance each where there is room for all at once", () => {
    const perInstance = (only: readonly string[], jobs: number) =>
      planRun(hardened, { ...options, jobs, only }).experiments.map((one) => [one.name, one.perInstance]);
    assert.deepEqual(perInstance(["attempt"], 8), [["hang-forever", 1]]);
    assert.deepEqual(perInstance(["attempt"], 4), [["hang-forever", 2]]);
  });

  it("keeps the hardened example below 45 s and an undeclared one below 60 s", () => {
    assert.ok(planRun(hardened, options).estimateMs < 45_000);
    assert.ok(planRun(targetWith().contract, options).estimateMs < 60_000);
  });

  it("takes its lower bound from the longest chain, from the starts or from all work, whichever is longest", () => {
    const bound = (more: Partial<typeof options>) => planRun(hardened, { ...options, ...more }).lowerBoundMs;
    const { experiments } = planRun(hardened, { ...options, jobs: 1_000, cores: 1_000 });
    assert.equal(bound({ jobs: 1_000, cores: 1_000 }), Math.round(experiments[0]?.lowerBoundMs ?? 0));
    assert.ok(bound({ jobs: 1_000, cores: 1 }) > bound({ jobs: 1_000, cores: 2 }));
    assert.ok(bound({ jobs: 1 }) > 3 * bound({ jobs: 8 }));
  });

  it("plans no time for reserves, and plans them all the same", () => {
    const reserve = planRun(hardened, options).experiments.find((one) => one.name === "429-retry-after-16");
    assert.deepEqual([reserve?.samples, reserve?.lowerBoundMs], [0, 0]);
    assert.ok((reserve?.samplesMax ?? 0) > 0);
  });

  it("plans what `only` asks for, by check or by item", () => {
    const names = (only: string[]) =>
      planRun(hardened, { ...options, only }).experiments.map((one) => one.name);
    assert.deepEqual(names(["bounded"]), ["503-forever"]);
    assert.deepEqual(names(["attempt"]), ["hang-forever"]);
    assert.ok(names(["reliability/timeouts"]).includes("drip-forever"));
    assert.equal(selected([]).length, selected(undefined).length);
  });

  it("says before the run what does not apply", () => {
    const { contract } = targetWith({ policy: { retry: { attempts: 1 } } });
    const { notApplicable, experiments } = planRun(contract, options);
    assert.ok(notApplicable.some((one) => one.check === "jitters" && one.at === "payments.charge"));
    assert.ok(!experiments.find((one) => one.name === "503-forever")?.checks.includes("jitters"));
  });

  it("has a target for every operation a scenario uses, once per scenario, and none for what is unknown", () => {
    const use = { integration: "payments", operation: "charge" };
    const unknown = { integration: "mail", operation: "send" };
    const target = targetWith({ scenario: { uses: [use, use, unknown] } });
    const twice = {
      ...target.contract,
      scenarios: [target.scenario, { ...target.scenario, name: "refund" }],
    };
    assert.deepEqual(targets(target.contract).map(placeOf), ["payments.charge"]);
    assert.deepEqual(
      targets(twice).map((one) => one.scenario.name),
      ["place-order", "refund"],
    );
  });

  it("is the same for the same contract", () => {
    assert.deepEqual(planRun(hardened, options), planRun(hardened, options));
  });
});
