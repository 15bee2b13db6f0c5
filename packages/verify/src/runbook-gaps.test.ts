import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type Assembled, assemble } from "./evidence.ts";
import type { Observation } from "./model.ts";
import type { AlertCoverage } from "./report/model.ts";
import { runbookGaps } from "./runbook-gaps.ts";
import { targetWith } from "./testing/evidence.ts";
import { callRecord, experimentRecord, runRecord } from "./testing/observations.ts";
import { resultOf } from "./testing/results.ts";

const complete = [
  "# Payments",
  "## Diagnosis",
  "`curl -s https://status.example` and look for 503 unavailable, timeouts, 429 throttling, ECONNRESET,",
  "truncated answers, duplicate charges, leaked sockets.",
  "## Mitigation",
  "Switch to deferred payment.",
  "## Rollback",
  "Switch back.",
  "## Escalation",
  "Page the on-call of payments.",
].join("\n");

const { contract } = targetWith();

/** The gaps of a run in which nobody looked at alerts. */
function found(
  results: Parameters<typeof runbookGaps>[0],
  assembled: Assembled,
  coverage: readonly AlertCoverage[] = [],
) {
  return runbookGaps(results, assembled, contract, coverage);
}

/** What a run keeps of a service that was seen to export these metrics. */
function exported(...metrics: readonly string[]): Observation {
  const scrapes = { read: 3, failed: 0, firstError: null };
  return {
    ...{
      type: "alert-proof",
      rules: "none",
      dashboards: "none",
      problem: null,
      proof: null,
      scrapes,
      metrics,
    },
    ...{ recorded: [], alerts: [], modes: [], runbooks: [], links: [] },
  };
}

/** A run in which calls failed under one fault, with a runbook of this text; `undefined`: none is declared. */
function gaps(
  fault: Record<string, unknown> & { kind: string },
  text?: string | null,
  outcome: "failed" | "succeeded" = "failed",
  more: readonly Observation[] = [],
) {
  const experiment = experimentRecord("e", { program: { steps: [{ fault, times: "forever" }] } });
  const observations: Observation[] = [
    runRecord({ runbooks: text === undefined ? {} : { payments: { path: "runbooks/payments.md", text } } }),
    callRecord("a", { experiment: experiment.id, outcome }),
    { type: "experiment", experiment, wallMs: 1, samples: 1, stoppedBecause: null },
    ...more,
  ];
  return found([resultOf({ verdict: "pass" })], assemble(observations));
}

const kinds = [
  [{ kind: "hang" }, "provider silent or slow", /timeouts, /],
  [{ kind: "status", status: 503 }, "provider unavailable (5xx)", /503 unavailable/],
  [{ kind: "status", status: 429 }, "provider throttles (429)", /429 throttling, /],
  [{ kind: "reset" }, "connection reset or refused", /ECONNRESET,/],
  [{ kind: "truncate" }, "answer breaks off or trickles", /truncated answers, /],
] as const;

describe("runbook gaps", () => {
  for (const [fault, mode, mention] of kinds) {
    it(`names "${mode}" when the service failed under it and the runbook does not mention it`, () => {
      assert.deepEqual(gaps(fault, complete), []);
      const [gap, ...others] = gaps(fault, complete.replace(mention, ""));
      assert.equal(gap?.failureMode, mode);
      assert.match(gap?.gap ?? "", /does not mention it/);
      assert.match(gap?.todo ?? "", /^Write how/);
      assert.equal(others.length, 0);
    });

    it(`has nothing to say of "${mode}" when the service lived with it`, () => {
      assert.deepEqual(gaps(fault, null, "succeeded"), []);
    });
  }

  it("look at samples of the integration only", () => {
    const experiment = experimentRecord("e", { program: { steps: [{ fault: { kind: "hang" }, times: 1 }] } });
    const other = experimentRecord("o", {
      ...experiment,
      id: "place-order/mail.send/e",
      integration: "mail",
    });
    const observations: Observation[] = [
      runRecord(),
      callRecord("w", { experiment: experiment.id, phase: "warm-up" }),
      callRecord("m", { experiment: other.id }),
      { type: "experiment", experiment, wallMs: 1, samples: 1, stoppedBecause: null },
      { type: "experiment", experiment: other, wallMs: 1, samples: 1, stoppedBecause: null },
    ];
    assert.deepEqual(found([resultOf()], assemble(observations)), []);
    const leak = resultOf({ id: "cancels-on-the-wire", integration: "mail", operation: "send" });
    const gapsFound = found([resultOf(), leak], assemble(observations));
    assert.deepEqual(new Set(gapsFound.map((one) => one.integration)), new Set(["mail"]));
  });

  it("tell how it looked", () => {
    assert.equal(gaps({ kind: "hang" })[0]?.signature, "status 502: the provider answered 503");
  });

  it("tell a runbook that is not declared from one that does not exist", () => {
    assert.match(gaps({ kind: "hang" })[0]?.gap ?? "", /no runbook is declared/);
    assert.match(gaps({ kind: "hang" }, null)[0]?.gap ?? "", /runbooks\/payments\.md does not exist/);
  });

  it("ask for the sections that a runbook lacks", () => {
    for (const [section, missing] of [
      ["diagnosis with a command", /`curl[^`]*`/],
      ["mitigation", /## Mitigation/],
      ["rollback", /## Rollback/],
      ["escalation", /## Escalation\nPage the on-call/],
    ] as const) {
      assert.deepEqual(
        gaps({ kind: "hang" }, complete.replace(missing, "")).map((one) => one.gap),
        [`runbooks/payments.md has no ${section}`],
      );
    }
  });

  it("know effects that happened twice and connections that leaked by their checks", () => {
    const assembled = assemble([runRecord({ runbooks: { payments: { path: "p.md", text: "" } } })]);
    const failed = [resultOf({ id: "one-effect-on-lost-reply" }), resultOf({ id: "cancels-on-the-wire" })];
    const modes = found(failed, assembled).map((one) => one.failureMode);
    assert.ok(modes.includes("effect happens twice") && modes.includes("connections leak"));
    assert.deepEqual(found([resultOf({ id: "cancels-on-the-wire", verdict: "pass" })], assembled), []);
  });

  it("ask for a rule where no alert fires, and draft it from the objective", () => {
    const silent: AlertCoverage = {
      integration: "payments",
      failureMode: "provider unavailable (5xx)",
      calls: 12,
      failed: 12,
      alert: { state: "silent" },
      runbook: { state: "covered" },
    };
    const seen = assemble([runRecord(), exported("holdfast_resilience_calls_total")]);
    const [gap, ...others] = found([resultOf()], seen, [silent]);
    assert.deepEqual(others, []);
    assert.match(gap?.gap ?? "", /^no alert fires/);
    assert.match(gap?.rule ?? "", /alert: ErrorBudgetBurn1h/);
    for (const names of [[], ["http_requests_total"]]) {
      const [bare] = found([resultOf()], assemble([runRecord(), exported(...names)]), [silent]);
      assert.equal(bare?.rule, undefined);
      assert.match(bare?.todo ?? "", /^Let the service export how its calls end/);
    }
    const told = { ...silent, alert: { state: "absorbed" as const } };
    assert.deepEqual(found([resultOf()], assemble([runRecord()]), [told]), []);
  });

  it("draft the section that a runbook lacks, on the metrics that the service was seen to export", () => {
    const section = (...names: readonly string[]): string =>
      gaps({ kind: "hang" }, complete.replace("timeouts, ", ""), "failed", [exported(...names)])[0]
        ?.section ?? "";
    const ours = section("holdfast_resilience_calls_total");
    assert.match(ours, /^## .*payments\n[\s\S]*### Mitigation\n[\s\S]*```/);
    assert.match(ours, /holdfast_resilience_calls_total/);
    // Nothing was seen to record burn rates.
    assert.doesNotMatch(ours, /slo:/);
    const server = section("http_requests_total");
    assert.match(server, /\(http_requests_total\{/);
    const none = section("process_cpu_seconds_total");
    assert.match(none, /No metric that was seen of the service tells this/);
    for (const text of [server, none]) assert.doesNotMatch(text, /holdfast_resilience|slo:/);
  });
});
