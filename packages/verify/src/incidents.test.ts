import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { assemble } from "./evidence.ts";
import { incidentsOf } from "./incidents.ts";
import type { CheckResult } from "./report/model.ts";
import { callRecord, exchangeRecord, smallRun } from "./testing/observations.ts";
import { resultOf } from "./testing/results.ts";

const run = smallRun(
  "503-forever",
  [callRecord("a", { endedMs: null, outcome: "unfinished", watchedUntilMs: 21_000 })],
  [exchangeRecord("a", { at: 800, id: "second", closedAt: 1_600, doneAt: null })],
);
const cited = {
  evidence: [
    {
      experiment: "place-order/payments.charge/503-forever",
      call: "a",
      exchanges: ["x-a"],
      note: "still open",
    },
  ],
};

function drafted(more: Partial<CheckResult> = {}) {
  return incidentsOf([resultOf({ diagnosis: "Nothing counts.", ...cited, ...more })], assemble(run));
}

describe("incidents", () => {
  it("are drafted from failures that nobody accepted", () => {
    assert.equal(drafted().length, 1);
    assert.equal(drafted({ verdict: "advice" }).length, 0);
    assert.equal(drafted({ accepted: { reason: "r", owner: "o", until: "2027-01-01" } }).length, 0);
  });

  it("tell what it would have been, with a stable id and a file of that name", () => {
    const [incident] = drafted();
    assert.match(incident?.id ?? "", /^INC-[0-9a-f]{8}$/);
    assert.equal(incident?.file, `incidents/${incident?.id}.md`);
    assert.equal(incident?.title, "payments.charge: a provider that is down gets too many attempts");
    assert.match(incident?.story ?? "", /it made 7 attempts\. Nothing counts\./);
    assert.equal(drafted({ because: "it made 9 attempts" })[0]?.id, incident?.id);
    assert.match(incident?.finding ?? "", /^HF-/);
  });

  it("tell a loss from an effect that happened twice", () => {
    const effects = (value: number) => ({
      id: "one-effect-on-lost-reply",
      estimate: { name: "effects of one call", value, unit: "effects" },
      limit: { name: "effects", value: 1, unit: "effects" },
    });
    assert.match(drafted(effects(0))[0]?.title ?? "", /told of success, and nothing happens/);
    assert.match(drafted(effects(2))[0]?.title ?? "", /charged more than once/);
  });

  it("speak of no promise, for there may be none", () => {
    for (const id of ["deadline", "attempt", "bounded"])
      assert.doesNotMatch(drafted({ id })[0]?.title ?? "", /promise|agreed|declared/);
  });

  it("have the timeline of the first cited call, from its start", () => {
    const timeline = drafted()[0]?.timeline ?? [];
    assert.deepEqual(
      timeline.map((one) => [one.atMs, one.what]),
      [
        [0, "the caller asks (call a)"],
        [5, "attempt 1: GET /v1/charges reaches the provider"],
        [5, "attempt 1 meets test"],
        [800, "attempt 2: GET /v1/charges reaches the provider"],
        [1_600, "attempt 2 meets test"],
        [1_600, "attempt 2: the service closes the connection"],
        [20_000, "the caller still waits after 20 s"],
        [20_000, "still open"],
      ],
    );
  });

  it("do without a timeline when nothing is cited", () => {
    assert.deepEqual(drafted({ evidence: [] })[0]?.timeline, []);
  });
});
