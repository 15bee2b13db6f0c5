import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { after, before, describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { detectionMs, resetMs } from "../../../packages/operate/src/slo/burn-arithmetic.ts";
import { type BurnPair, burnPairs, periodMsDefault } from "../../../packages/operate/src/slo/burn-pairs.ts";
import { backfill } from "../support/backfill.ts";
import { type CheckoutStage, hardened, startCheckout } from "../support/checkout-stage.ts";
import { type Prometheus, runPrometheus, withoutPrometheus } from "../support/prometheus.ts";

/**
 * Takes up to 14 minutes: `npm test -- long/live-alerts`. A Prometheus on this machine's clock, with the rule files of the hardened checkout as
 * they lie there, sees an outage of its provider from the first error to the end of the alert.
 */
const perSecond = 5;
const warmCalls = 100;
const scrapeMs = 5_000;
/** As the rules are written. */
const evaluationMs = 60_000;
const healthyMs = 120_000;
/** The outage begins so long before an evaluation: that one must not page yet, and the next one must. */
const tooEarlyMs = 38_000;
/** The breaker may stay open so long after the provider is well, and its probes take a moment. */
const breakerMs = 35_000;
const lookMs = 500;

const pair = burnPairs(periodMsDefault)[0] as BurnPair;
const detection = detectionMs(pair, 0.999, 1) ?? Number.NaN;

/** A rule of a team's own, with names, a window, a `for` and an interval of its own. */
const teamWaitMs = 30_000;
const teamEvaluationMs = 15_000;
const teamShare = 0.1;
const calls = 'holdfast_resilience_calls_total{holdfast_resilience_policy="payments"';
const teamRules = `groups:
  - name: team
    interval: ${teamEvaluationMs / 1_000}s
    rules:
      - alert: PaymentsFail
        expr: sum(rate(${calls}, holdfast_resilience_outcome!="success"}[5m])) / sum(rate(${calls}}[5m])) > ${teamShare}
        for: ${teamWaitMs / 1_000}s
        labels: { severity: page, team: checkout }
        annotations: { summary: calls to payments fail, runbook_url: runbooks/payments.md#diagnosis }
`;

interface Alert {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly state: "pending" | "firing";
  readonly activeAt: string;
}

/** From when to when an alert was seen to fire, on this machine's clock. */
interface Seen {
  readonly alert: Alert;
  readonly firedMs: number;
  readonly lastMs: number;
}

const nameOf = ({ labels }: Alert): string =>
  [labels["alertname"], labels["slo"]].filter((part) => part !== undefined).join(" ");
const page = "ErrorBudgetBurn1h payments-availability";
const team = "PaymentsFail";
const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;
const tell = (text: string): void =>
  void process.stderr.write(`${new Date().toISOString().slice(11, 19)} ${text}\n`);

describe("the alerts of the hardened checkout, in a Prometheus that runs", {
  skip: withoutPrometheus,
  timeout: 900_000,
}, () => {
  let stage: CheckoutStage;
  let prometheus: Prometheus;
  const quiet: string[] = [];
  const seen = new Map<string, Seen>();
  let brokenMs = 0;
  let healedMs = 0;
  let endedMs = 0;

  /** Remembers what an answer tells; answers what fires. */
  function note(alerts: readonly Alert[], atMs: number): readonly string[] {
    if (brokenMs === 0) quiet.push(...alerts.map((alert) => `${nameOf(alert)} ${alert.state}`));
    const firing = alerts.filter(({ state }) => state === "firing");
    for (const alert of firing) {
      const known = seen.get(nameOf(alert));
      if (known === undefined)
        tell(
          `${nameOf(alert)} fires, ${brokenMs === 0 ? "before" : `${seconds(atMs - brokenMs)} after`} the outage began`,
        );
      seen.set(nameOf(alert), { alert, firedMs: known?.firedMs ?? atMs, lastMs: atMs });
    }
    return firing.map(nameOf);
  }

  /** Looks again and again until what is waited for is there, or the time is over. */
  async function watch(
    what: string,
    forMs: number,
    until: (firing: readonly string[]) => boolean,
  ): Promise<void> {
    const startMs = Date.now();
    for (let toldMs = startMs; Date.now() - startMs < forMs; await sleep(lookMs)) {
      const { alerts } = await prometheus.ask<{ readonly alerts: readonly Alert[] }>("alerts");
      const atMs = Date.now();
      const firing = note(alerts, atMs);
      if (until(firing)) return;
      if (atMs - toldMs < 15_000) continue;
      toldMs = atMs;
      tell(`${what} for ${seconds(atMs - startMs)}; firing: ${firing.join(", ") || "none"}`);
    }
  }

  /** When the alerts of an objective were evaluated last. */
  async function evaluationOf(slo: string): Promise<number> {
    const { groups } = await prometheus.ask<{
      readonly groups: readonly { readonly name: string; readonly lastEvaluation: string }[];
    }>("rules");
    const group = groups.find(({ name }) => name.endsWith(` ${slo}`));
    assert.ok(group !== undefined);
    return Date.parse(group.lastEvaluation);
  }

  before(async () => {
    stage = await startCheckout();
    for (let made = 0; made < warmCalls; made++) assert.equal(await stage.order(), 201);
    const labels = { job: "checkout", instance: stage.target };
    const history = { calls: warmCalls, callsPerSecond: perSecond, hours: 74, labels };
    const exposition = await stage.metrics();
    stage.drive(perSecond);
    prometheus = await runPrometheus({
      files: { "team.rules.yml": teamRules },
      config: {
        global: { scrape_interval: `${scrapeMs / 1_000}s`, evaluation_interval: `${evaluationMs / 1_000}s` },
        rule_files: [join(hardened, "ops/alerts/*.rules.yml"), "team.rules.yml"],
        scrape_configs: [{ job_name: "checkout", static_configs: [{ targets: [stage.target] }] }],
      },
      fill: async (data) => backfill(data, { ...history, exposition }, Date.now() - scrapeMs),
    });
    await watch("healthy", healthyMs, () => false);
    const evaluatedMs = await evaluationOf("payments-availability");
    const untilMs = evaluatedMs + 2 * evaluationMs - tooEarlyMs - Date.now();
    await watch("healthy", untilMs > evaluationMs ? untilMs - evaluationMs : untilMs, () => false);
    brokenMs = Date.now();
    await stage.breakWith({ kind: "refuse" });
    tell("the provider is gone");
    await watch("broken", detection + 3 * evaluationMs, (firing) => firing.includes(page));
    healedMs = Date.now();
    await stage.breakWith(null);
    tell("the provider is back");
    await watch(
      "healed",
      pair.shortMs + breakerMs + 3 * evaluationMs,
      (firing) => seen.has(team) && !firing.includes(page) && !firing.includes(team),
    );
    endedMs = Date.now();
    for (const [name, { firedMs, lastMs }] of seen)
      tell(
        `${name}: fired ${seconds(firedMs - brokenMs)} after the outage began, last seen ${seconds(lastMs - healedMs)} after its end`,
      );
  });
  after(async () => {
    await prometheus?.[Symbol.asyncDispose]();
    await stage?.[Symbol.asyncDispose]();
  });

  const seenOf = (name: string): Seen => {
    const found = seen.get(name);
    assert.ok(found !== undefined, `${name} was not seen; seen were: ${[...seen.keys()].join(", ")}`);
    return found;
  };

  it("are quiet while calls are healthy, on three days of history that is", () => {
    assert.deepEqual([...new Set(quiet)], []);
  });

  it("are evaluated as they are written, from every file, over scrapes that never failed", async () => {
    const { groups } = await prometheus.ask<{
      readonly groups: readonly {
        readonly name: string;
        readonly rules: readonly { readonly health: string }[];
      }[];
    }>("rules");
    assert.ok(groups.length >= 5, String(groups.length));
    const unwell = groups.flatMap(({ name, rules }) =>
      rules.filter(({ health }) => health !== "ok").map(() => name),
    );
    assert.deepEqual(unwell, []);
    const up = await prometheus.range('up{job="checkout"}', brokenMs - healthyMs / 2, endedMs);
    assert.deepEqual([...new Set(up.flatMap(({ values }) => values.map(([, value]) => value)))], ["1"]);
  });

  it("page when the formula says so, and not before", () => {
    const afterMs = seenOf(page).firedMs - brokenMs;
    assert.ok(afterMs >= detection - 2 * scrapeMs, seconds(afterMs));
    // Each way in which calls fail is a series of its own, which tells of itself one scrape late.
    assert.ok(afterMs <= detection + 2 * evaluationMs + 2 * scrapeMs + lookMs, seconds(afterMs));
  });

  it("end when the errors have left the short window", () => {
    const lasted = healedMs - brokenMs;
    const endedAfterMs = seenOf(page).lastMs - healedMs;
    const reset = resetMs(pair, 0.999, 1, lasted);
    assert.ok(endedAfterMs >= reset - evaluationMs - 2 * scrapeMs, seconds(endedAfterMs));
    assert.ok(endedAfterMs <= reset + breakerMs + 2 * evaluationMs + 2 * scrapeMs, seconds(endedAfterMs));
    assert.ok(seenOf(page).lastMs < endedMs - lookMs, "it was gone before the end");
  });

  it("name the provider, and link the runbook that is there", () => {
    const { labels, annotations } = seenOf(page).alert;
    const { provider, integration, service, severity } = labels;
    assert.deepEqual(
      [provider, integration, service, severity],
      ["payments", "payments", "checkout", "page"],
    );
    assert.ok(
      existsSync(join(hardened, annotations["runbook_url"] ?? "missing")),
      annotations["runbook_url"],
    );
  });

  it("may be a team's own beside them", () => {
    const { firedMs, lastMs, alert } = seenOf(team);
    const toldMs = teamShare * 300_000 + teamWaitMs;
    const afterMs = firedMs - brokenMs;
    assert.ok(afterMs >= toldMs - 2 * scrapeMs, seconds(afterMs));
    assert.ok(afterMs <= toldMs + 2 * teamEvaluationMs + 2 * scrapeMs + lookMs, seconds(afterMs));
    assert.ok(lastMs < endedMs - lookMs, "it was gone before the end");
    assert.equal(alert.annotations["runbook_url"], "runbooks/payments.md#diagnosis");
  });
});
