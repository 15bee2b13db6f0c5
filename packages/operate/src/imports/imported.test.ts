import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { importObjectives } from "./imported.ts";

const sloth = `version: "prometheus/v1"
service: "shop"
labels: { owner: team-a }
slos:
  - name: "requests availability"
    objective: 99.9
    description: "requests are answered"
    sli:
      events:
        error_query: sum(rate(http_requests_total{job="shop",code=~"(5..|429)"}[{{.window}}]))
        total_query: sum(rate(http_requests_total{job="shop"}[{{ .window }}]))
    alerting:
      name: ShopHighErrorRate
      annotations: { runbook: "https://runbooks.example/shop" }
      page_alert: { labels: { severity: pageteam } }
      ticket_alert: { disable: true }
`;

const openslo = `apiVersion: openslo/v1
kind: SLI
metadata: { name: good-requests }
spec:
  ratioMetric:
    counter: true
    good: { metricSource: { type: Prometheus, spec: { query: 'sum(http_requests_total{code!~"5.."})' } } }
    total: { metricSource: { type: Prometheus, spec: { query: http_requests_total } } }
---
apiVersion: openslo/v1
kind: SLO
metadata: { name: shop, annotations: { runbook_url: runbooks/shop.md } }
spec:
  service: shop
  indicatorRef: good-requests
  timeWindow: [{ duration: 4w, isRolling: true }]
  budgetingMethod: Occurrences
  objectives:
    - target: 0.995
    - targetPercent: 99.9
---
apiVersion: openslo/v1
kind: AlertPolicy
metadata: { name: page }
spec: {}
`;

describe("objectives of others", () => {
  it("are read from sloth, with their queries as they are", () => {
    const { objectives, notes, problems } = importObjectives(sloth);
    assert.deepEqual(problems, []);
    const [one] = objectives;
    assert.equal(objectives.length, 1);
    assert.deepEqual(
      [one?.id, one?.service, one?.target, one?.periodMs, one?.pages, one?.runbook, one?.place],
      [
        "shop-requests-availability",
        "shop",
        0.999,
        2_592_000_000,
        true,
        "https://runbooks.example/shop",
        { line: 6, column: 16 },
      ],
    );
    assert.equal(one?.indicator.total, 'sum(rate(http_requests_total{job="shop"}[{{window}}]))');
    assert.match(one?.indicator.bad ?? "", /^\(sum\(rate\(.*\[\{\{window\}\}\]\)\)\) or vector\(0\)$/);
    assert.equal(notes.length, 1);
  });

  it("are read from OpenSLO, over several documents and for several targets", () => {
    const { objectives, notes, problems } = importObjectives(openslo);
    assert.deepEqual(problems, []);
    assert.deepEqual(
      objectives.map(({ id, target, periodMs, runbook, place }) => [
        id,
        target,
        periodMs,
        runbook,
        place.line,
      ]),
      [
        ["shop-1", 0.995, 28 * 86_400_000, "runbooks/shop.md", 19],
        ["shop-2", 0.999, 28 * 86_400_000, "runbooks/shop.md", 20],
      ],
    );
    const [total, good] = [
      "sum(rate(http_requests_total[{{window}}]))",
      'sum(rate(http_requests_total{code!~"5.."}[{{window}}]))',
    ];
    assert.deepEqual(objectives[0]?.indicator.total, total);
    assert.deepEqual(objectives[0]?.indicator.bad, `(${total}) - (${good})`);
    assert.deepEqual(
      notes.map(({ place }) => place.line),
      [23],
    );
  });

  /** What to change in a good document, and the problem that comes of it, at its place. */
  const broken: readonly (readonly [
    text: string,
    from: string,
    to: string,
    code: string,
    line: number,
    column: number,
  ])[] = [
    [sloth, "objective: 99.9", "objective: high", "WRONG_TYPE", 6, 16],
    [sloth, "objective: 99.9", "objektive: 99.9", "UNKNOWN_KEY", 6, 5],
    [sloth, "objective: 99.9", "objective: 101", "OUT_OF_RANGE", 6, 16],
    [sloth, 'service: "shop"\n', "", "MISSING", 1, 1],
    [sloth, "[{{.window}}]", "[5m]", "SLO_NOT_SUPPORTED", 10, 22],
    [sloth, "events:", "raw:", "SLO_NOT_SUPPORTED", 10, 9],
    [sloth, "prometheus/v1", "prometheus/v2", "UNKNOWN_VALUE", 1, 10],
    [sloth, "slos:", "slos: [", "YAML_SYNTAX", 5, 3],
    [openslo, "counter: true", "counter: false", "SLO_NOT_SUPPORTED", 6, 14],
    [openslo, "ratioMetric:", "thresholdMetric:", "UNKNOWN_KEY", 6, 5],
    [openslo, "Occurrences", "Timeslices", "SLO_NOT_SUPPORTED", 17, 20],
    [openslo, "4w", "1Q", "SLO_NOT_SUPPORTED", 16, 28],
    [openslo, "isRolling: true", "isRolling: false", "SLO_NOT_SUPPORTED", 16, 16],
    [openslo, "indicatorRef: good-requests", "indicatorRef: other", "SLO_NOT_SUPPORTED", 15, 17],
    [openslo, "query: http_requests_total }", "query: 'rate(a[5m]) / 2' }", "SLO_NOT_SUPPORTED", 8, 63],
    [
      openslo,
      "total: { metricSource: { type: Prometheus",
      "total: { metricSource: { type: Datadog",
      "SLO_NOT_SUPPORTED",
      8,
      36,
    ],
    [openslo, "- target: 0.995", "- target: 99.5", "OUT_OF_RANGE", 19, 15],
    [openslo, "- target: 0.995", "- op: lte", "MISSING", 19, 7],
    [openslo, "kind: SLO", "kind: Slo", "SLO_NOT_SUPPORTED", 11, 7],
    [
      openslo,
      "apiVersion: openslo/v1\nkind: SLO",
      "apiVersion: openslo/v2alpha\nkind: SLO",
      "SLO_NOT_SUPPORTED",
      10,
      13,
    ],
    ["a: 1\n", "", "", "SLO_NOT_SUPPORTED", 1, 1],
    ["# nothing\n", "", "", "SLO_NONE", 1, 1],
    ["", "", "", "SLO_NONE", 1, 1],
  ];
  for (const [text, from, to, code, line, column] of broken) {
    it(`are refused at their place: ${to.split("\n")[0] || JSON.stringify(text.slice(0, 10))} (${code})`, () => {
      assert.ok(from === "" || text.includes(from));
      const { problems } = importObjectives(text.replace(from, to));
      const [first] = problems;
      assert.deepEqual([first?.code, first?.place.line, first?.place.column], [code, line, column]);
      assert.ok(first !== undefined && first.remedy.length > 5);
    });
  }

  it("never come of nothing silently", () => {
    for (const text of [
      sloth
        .replaceAll("disable: true", "disable: true")
        .replace("{ labels: { severity: pageteam } }", "{ disable: true }"),
    ])
      assert.equal(importObjectives(text).problems[0]?.code, "SLO_NONE");
  });
});
