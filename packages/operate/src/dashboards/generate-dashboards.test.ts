import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { describe, it } from "node:test";
import type { ModeSubject } from "../alerts/mode-subject.ts";
import { markOf } from "../generated-mark.ts";
import { recorded } from "../rules/names.ts";
import type { Objective } from "../slo/objective.ts";
import { checkQuery, labelNames, labelsOfLegend, unseen } from "./check-queries.ts";
import { generateDashboards } from "./generate-dashboards.ts";
import type { GrafanaDashboard, GrafanaPanel, GridPlace } from "./grafana.ts";
import { panelRows } from "./panels/index.ts";

const subject = (integration: string, source: ModeSubject["source"] = "resilience"): ModeSubject => ({
  service: "checkout",
  integration,
  provider: integration,
  source,
  matchers: [{ label: "job", is: "=", value: 'a"b\\c' }],
  runbook: "https://wiki.example/payments",
});
const objective = {
  service: "checkout",
  integration: "payments",
  provider: "p",
  id: "payments-availability",
};
const read = {
  subjects: [
    subject("payments"),
    subject("Payments", "otel"),
    subject("../geo coder", "otel"),
    subject("delivery", "delivery"),
  ],
  objectives: [objective as unknown as Objective],
};
const { files, dashboards } = generateDashboards("checkout", read);
const models = files.map(({ text }) => JSON.parse(text) as GrafanaDashboard);
const panelsOf = ({ panels }: GrafanaDashboard) =>
  panels.filter((panel): panel is GrafanaPanel => panel.type !== "row");

/** Every field of the grid that a panel covers. */
function fieldsOf({ x, y, w, h }: GridPlace): readonly string[] {
  return Array.from({ length: w * h }, (_, index) => `${x + (index % w)} ${y + Math.floor(index / w)}`);
}

describe("dashboards", () => {
  it("are one for the service and one for each integration, in files that no name leads out of", () => {
    assert.deepEqual(
      files.map(({ path }) => path),
      ["checkout.json", "payments.json", "Payments-2.json", "geo-coder.json"],
    );
    assert.equal(new Set(models.map(({ uid }) => uid)).size, models.length);
    for (const { uid, title } of models) {
      assert.match(uid, /^[a-z0-9-]{1,40}$/);
      assert.ok(title.includes("checkout"));
    }
  });

  it("have the fields that Grafana asks for, and ids of their own", () => {
    for (const model of models) {
      assert.deepEqual(
        model.templating.list.map(({ name, type, query }) => [name, type, query]),
        [["datasource", "datasource", "prometheus"]],
      );
      assert.equal(new Set(model.panels.map(({ id }) => id)).size, model.panels.length);
      for (const panel of panelsOf(model)) {
        assert.ok(["timeseries", "stat", "state-timeline"].includes(panel.type));
        assert.deepEqual(panel.datasource, { type: "prometheus", uid: `\${datasource}` });
        assert.ok(panel.description.length > 40 && panel.description.endsWith("."), panel.title);
        assert.ok(panel.targets.length > 0);
        assert.equal(new Set(panel.targets.map(({ refId }) => refId)).size, panel.targets.length);
        const { steps } = panel.fieldConfig.defaults.thresholds;
        assert.equal(steps[0]?.value, null);
        const rising = steps.slice(1).map(({ value }) => value ?? Number.NaN);
        assert.deepEqual(
          rising,
          rising.toSorted((a, b) => a - b),
        );
      }
    }
  });

  it("lay panels beside each other: none beyond the edge, none over another", () => {
    for (const { panels } of models) {
      const fields = panels.flatMap(({ gridPos }) => fieldsOf(gridPos));
      assert.equal(new Set(fields).size, fields.length);
      for (const { gridPos } of panels)
        assert.ok(gridPos.x + gridPos.w <= 24 && gridPos.w > 0 && gridPos.h > 0);
    }
  });

  it("name only metrics and labels of the catalogue, in queries and in legends, and show every metric", () => {
    const queries = dashboards.flatMap((one) => one.queries);
    assert.deepEqual(
      queries.flatMap((expr) => checkQuery(expr)),
      [],
    );
    const legends = models
      .flatMap(panelsOf)
      .flatMap(({ targets }) => targets.map(({ legendFormat }) => legendFormat));
    for (const label of legends.flatMap(labelsOfLegend)) assert.ok(labelNames.includes(label), label);
    // Retries are what attempts are more than calls.
    assert.deepEqual(unseen(queries), ["holdfast_resilience_retries_total"]);
    const [service, payments] = dashboards;
    assert.ok(service?.queries.some((expr) => expr.includes(recorded.budgetRemaining)));
    assert.ok(payments?.queries.some((expr) => expr.includes(recorded.currentBurn)));
  });

  it("are told from what cannot be asked for", () => {
    const wrong: readonly (readonly [string, RegExp])[] = [
      ["sum(rate(holdfast_resilience_call_total[5m]))", /no metric .*holdfast_resilience_call_total/],
      [
        'holdfast_resilience_calls_total{holdfast_resilience_outcom="success"}',
        /no label holdfast_resilience_outcom$/,
      ],
      [
        "sum by (holdfast_resilience_polcy) (holdfast_resilience_calls_total)",
        /no label holdfast_resilience_polcy/,
      ],
      ["sum(holdfast_resilience_calls_total", /not closed/],
    ];
    for (const [expr, says] of wrong) assert.match(checkQuery(expr)[0]?.says ?? "", says);
    assert.match(
      checkQuery(wrong[0]?.[0] ?? "")[0]?.remedy ?? "",
      /Did you mean holdfast_resilience_calls_total\?/,
    );
    assert.deepEqual(checkQuery('up{cluster="a"}', { labels: ["cluster"] }), []);
  });

  it("carry a mark that tells them from what was changed since", () => {
    for (const { text } of files) {
      assert.equal(markOf(text), "ours");
      assert.equal(markOf(text.replace('"refresh": "1m"', '"refresh": "5m"')), "edited");
      assert.equal(markOf(text.replace(/ Generated by[^"]*/, "")), "foreign");
      assert.equal(markOf(JSON.stringify(JSON.parse(text))), "foreign");
    }
  });

  it("show a breaker, a budget and a limit only where the policy has them, or is not known", () => {
    const titlesOf = (policy: ModeSubject["policy"]): readonly (readonly string[])[] => {
      const one = { ...subject("payments"), ...(policy === undefined ? {} : { policy }) };
      const made = generateDashboards("checkout", { subjects: [one], objectives: [] });
      return made.files.map(({ text }) =>
        panelsOf(JSON.parse(text) as GrafanaDashboard)
          .map(({ title }) => title)
          .filter((title) => /breaker|budget|at once/i.test(title)),
      );
    };
    const breaker = ["Breaker", "Changes of the breaker"];
    const all = [["Breakers, by integration"], [...breaker, "Retry budget", "Calls at once"]];
    assert.deepEqual(titlesOf(undefined), all);
    assert.deepEqual(titlesOf({ breaker: {}, budget: {}, limit: { concurrent: 2 } }), all);
    assert.deepEqual(titlesOf({ deadlineMs: 1_000 }), [[], []]);
    assert.deepEqual(titlesOf({ budget: {} }), [[], ["Retry budget"]]);
    assert.deepEqual(titlesOf({ breaker: { mode: "shadow" } }), [["Breakers, by integration"], breaker]);
    assert.deepEqual(titlesOf({ breaker: { mode: "off" } }), [[], []], "one that is off counts nothing");
  });

  it("are the same when they are made again", () => {
    assert.deepEqual(generateDashboards("checkout", read).files, files);
  });
});

describe("rows of panels", () => {
  it("are one file each, and every file is in the index", () => {
    const folder = new URL("panels/", import.meta.url);
    const index = readFileSync(new URL("index.ts", folder), "utf8");
    const names = readdirSync(folder).filter((name) => name !== "index.ts");
    assert.deepEqual(names.map((name) => name.slice(0, -3)).sort(), panelRows.map(({ id }) => id).sort());
    for (const name of names) assert.ok(index.includes(`"./${name}"`), name);
  });

  it("have exemplars exactly on what is read from histograms", () => {
    for (const { targets } of models.flatMap(panelsOf))
      for (const { expr, exemplar } of targets)
        assert.equal(exemplar, expr.includes("histogram_quantile"), expr);
  });
});
