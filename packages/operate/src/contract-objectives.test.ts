import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { readContract } from "@holdfast/contract";
import { contractObjectives } from "./contract-objectives.ts";
import { generateAlerts } from "./generate-alerts.ts";
import { importObjectives } from "./imports/imported.ts";
import { type AlertSettings, alertSettingsDefault } from "./settings.ts";

const head = `holdfast: 1
service: { name: checkout, start: node service.ts, url: "http://127.0.0.1:\${port}" }
integrations:
`;

/** Reads the objectives of a contract with these integrations. */
function read(integrations: string, settings: Partial<AlertSettings> = {}) {
  const text = `${head}${integrations}`;
  const found = readContract({ file: "/app/holdfast.yaml", text, env: {} });
  assert.ok("contract" in found, "problems" in found ? JSON.stringify(found.problems) : "");
  return contractObjectives(found.contract, { ...alertSettingsDefault, ...settings });
}

function integration(slo: string, rest = ""): string {
  return `  payments:\n    protocol: http\n    address: { env: PAYMENTS_URL }\n    slo: ${slo}\n${rest}`;
}

const whole = integration(
  "{ availability: 99.9%, latency: { p99: 1s, p99.9: 2.5s }, window: 28d }",
  "    severity: critical\n    runbook: runbooks/payments.md\n",
);

describe("objectives of a contract", () => {
  it("are one for the availability and one for each percentile", () => {
    const { objectives, problems } = read(whole);
    assert.deepEqual(problems, []);
    assert.deepEqual(
      objectives.map(({ id, target, periodMs, says, place }) => [
        id,
        target,
        periodMs / 86_400_000,
        says,
        place.line,
      ]),
      [
        ["payments-availability", 0.999, 28, "calls to payments succeed", 7],
        ["payments-latency-p99", 0.99, 28, "calls to payments end within 1s", 7],
        ["payments-latency-p99.9", 0.999, 28, "calls to payments end within 2.5s", 7],
      ],
    );
    assert.ok(
      objectives.every(
        ({ runbook, pages, service }) =>
          runbook === "runbooks/payments.md" && pages && service === "checkout",
      ),
    );
  });

  it("look for a policy of the integration's name, alone or with an operation, in the jobs of the service", () => {
    const [one] = read(whole).objectives;
    assert.match(
      one?.indicator.total ?? "",
      /holdfast_resilience_policy=~"payments\(\\\\\.\.\+\)\?", job=~"\(\.\+\/\)\?checkout"/,
    );
    const [named] = read(integration("{ availability: 99% }", "    policy: { name: pay }\n")).objectives;
    assert.match(named?.indicator.total ?? "", /holdfast_resilience_policy="pay"/);
    const [matched] = read(whole, { match: [{ label: "env", is: "=", value: "prod" }] }).objectives;
    assert.match(matched?.indicator.total ?? "", /, env="prod", holdfast/);
    assert.doesNotMatch(matched?.indicator.total ?? "", /job/);
  });

  it("take both ways to write a whole second as an edge, and never take a missing bucket for success", () => {
    const { objectives } = read(whole);
    assert.match(objectives[1]?.indicator.bad ?? "", /le=~"1\(\\\\\.0\)\?"/);
    assert.match(objectives[2]?.indicator.bad ?? "", /le="2\.5"/);
    assert.doesNotMatch(objectives[1]?.indicator.bad ?? "", /vector\(0\)/);
    assert.match(objectives[1]?.indicator.needs[0]?.expression ?? "", /_bucket\{/);
  });

  it("wake nobody for an integration of medium or low severity", () => {
    for (const [severity, pages] of [
      ["critical", true],
      ["high", true],
      ["medium", false],
      ["low", false],
    ] as const) {
      const { objectives } = read(integration("{ availability: 99% }", `    severity: ${severity}\n`));
      assert.equal(objectives[0]?.pages, pages, severity);
      const generated = generateAlerts(
        read(integration("{ availability: 99% }", `    severity: ${severity}\n`)),
        { gate: alertSettingsDefault.gate, burnMin: 0, tests: false },
      );
      assert.ok("files" in generated);
      const [rules] = generated.files;
      assert.equal(rules?.text.includes("severity: page"), pages, severity);
    }
  });

  it("are refused between the edges of buckets, with both neighbours, or counted more strictly", () => {
    const slo = integration("{ latency: { p99: 1200ms } }");
    const [problem] = read(slo).problems;
    assert.equal(problem?.code, "SLO_BETWEEN_BUCKETS");
    assert.deepEqual(problem?.path, ["integrations", "payments", "slo", "latency", "p99"]);
    assert.match(problem?.remedy ?? "", /^Write 1s or 2\.5s, or pass --stricter-latency to count from 1s/);
    const { objectives, notes, problems } = read(slo, { betweenEdges: "stricter" });
    assert.deepEqual([objectives.length, notes.length, problems.length], [1, 1, 0]);
    assert.match(notes[0]?.says ?? "", /calls count as slow from 1s/);
    assert.equal(read(slo, { edges: [1.2] }).problems.length, 0);
  });

  it("are refused below the first edge and above the last, whatever is asked for", () => {
    const at = (limit: string) =>
      read(integration(`{ latency: { p99: ${limit} } }`), { betweenEdges: "stricter" });
    assert.equal(at("1ms").problems[0]?.code, "SLO_BETWEEN_BUCKETS");
    assert.match(at("1ms").problems[0]?.remedy ?? "", /^Write 5ms;/);
    assert.deepEqual([at("30s").problems, at("30s").notes.length], [[], 1]);
  });

  it("are refused when there is nothing in them", () => {
    assert.equal(read(integration("{ window: 30d }")).problems[0]?.code, "SLO_EMPTY");
  });

  it("need the provider's host for standard metrics", () => {
    assert.equal(read(whole, { calls: "otel" }).problems[0]?.code, "SLO_ADDRESS_UNKNOWN");
    const { objectives } = read(whole, { calls: "otel", addresses: { payments: "api.pay.example" } });
    assert.match(
      objectives[0]?.indicator.bad ?? "",
      /http_client_request_duration_seconds_count\{server_address="api\.pay\.example"/,
    );
    const url = integration(
      "{ availability: 99% }",
      "    provider: { url: https://api.pay.example/v1, sandbox: true }\n",
    );
    assert.match(
      read(url, { calls: "otel" }).objectives[0]?.indicator.total ?? "",
      /server_address="api\.pay\.example"/,
    );
  });

  it("are told of where nothing counts the calls yet", () => {
    const orders = `  orders:\n    protocol: postgres\n    provider: postgres://127.0.0.1/orders\n    slo: { availability: 99.9% }\n`;
    const { notes, objectives } = read(`${whole}${orders}`);
    assert.equal(objectives.length, 3);
    assert.deepEqual(
      notes.map(({ about, place }) => [about, place.line]),
      [["orders", 13]],
    );
  });

  it("bring the failure modes of delivery along where the service publishes or consumes", () => {
    const events = `  events:\n    protocol: amqp\n    provider: amqp://127.0.0.1\n    publishes: { order.placed: {} }\n`;
    const of = (text: string, settings: Partial<AlertSettings> = {}) =>
      read(text, settings).subjects.map(({ integration: name }) => name);
    assert.deepEqual(of(whole), ["payments"]);
    assert.deepEqual(of(`${whole}${events}`), ["payments", "delivery"]);
    assert.deepEqual(of(`${whole}${events}`, { delivery: false }), ["payments"]);
  });
});

describe("alerts of a contract", () => {
  const options = { gate: alertSettingsDefault.gate, burnMin: 0, tests: true };

  it("are files below one folder, whatever the integration is called", () => {
    const odd = `version: prometheus/v1\nservice: "../../etc"\nslos:\n${["/../a b", "a b", "A B"]
      .map(
        (name) =>
          `  - { name: "${name}", objective: 99, sli: { events: { error_query: "a[{{.window}}]", total_query: "b[{{.window}}]" } }, alerting: {} }\n`,
      )
      .join("")}`;
    const generated = generateAlerts(importObjectives(odd), options);
    assert.ok("files" in generated);
    for (const { path } of generated.files) assert.match(path, /^(tests\/)?[A-Za-z0-9][A-Za-z0-9.-]*\.yml$/);
    assert.equal(generated.files.length, 4);
    const paths = generated.files.map(({ path }) => path);
    assert.equal(new Set(paths.map((path) => path.toLowerCase())).size, paths.length);
  });

  it("have files of their own where names are alike", () => {
    const twice = ["pay_ments", "pay-ments", "delivery"].map((name, index) =>
      integration("{ availability: 99% }").replace("payments", name).replace("_URL", `_${index}`),
    );
    const generated = generateAlerts(read(twice.join(""), { delivery: true }), options);
    assert.ok("files" in generated);
    const paths = generated.files.map(({ path }) => path);
    assert.equal(new Set(paths).size, paths.length);
    assert.equal(paths.filter((path) => /^[^/]*rules\.yml$/.test(path)).length, 3 + 4);
  });

  it("record series of their own where names are alike", () => {
    const alike = ["pay-ments", "pay_ments", "Pay-Ments"].map((name, index) =>
      whole.replace("payments:", `${name}:`).replace("_URL", `_${index}`),
    );
    const generated = generateAlerts(read(alike.join("")), { ...options, tests: false });
    assert.ok("files" in generated);
    const series = generated.files
      .flatMap(({ text }) => text.split(/^\s*- (?=record:|alert:)/m).slice(1))
      .filter((rule) => rule.startsWith("record:"))
      .map((rule) => rule.replace(/expr:[\s\S]*?(?=labels:|$)/, ""));
    assert.ok(series.length > 3 * 9, `${series.length}`);
    assert.equal(new Set(series).size, series.length);
  });

  it("say which pairs have no rule, and which fire early", () => {
    const says = (slo: string) => {
      const generated = generateAlerts(read(integration(slo)), options);
      assert.ok("notes" in generated);
      return generated.notes.map((note) => note.says);
    };
    assert.deepEqual(says("{ availability: 99.9%, window: 30d }"), []);
    assert.match(says("{ availability: 90%, window: 30d }").join(), /window 1h; it has no alert/);
    assert.match(says("{ availability: 90%, window: 90d }").join(), /nothing pages/);
    assert.match(
      says("{ availability: 99.9%, window: 7d }").join(),
      /window 1d, 3d fires while the objective is still kept/,
    );
  });

  it("are refused at their place where nothing could ever fire", () => {
    const refused = (slo: string) => {
      const generated = generateAlerts(read(integration(slo)), options);
      assert.ok("problems" in generated);
      return generated.problems.map(({ code, place, found }) => [code, place.line, place.column, found]);
    };
    assert.deepEqual(refused("{ availability: 50%, window: 90d }"), [
      ["SLO_CANNOT_ALERT", 7, 12, "a target of 50%"],
    ]);
    assert.deepEqual(refused("{ availability: 100% }"), [["SLO_WITHOUT_BUDGET", 7, 12, "a target of 100%"]]);
    assert.deepEqual(refused("{ availability: 99.9%, window: 1d }"), [["SLO_PERIOD", 7, 12, "1d"]]);
  });

  it("carry severity, integration and provider as labels, and the runbook", () => {
    const generated = generateAlerts(read(whole), options);
    assert.ok("files" in generated);
    const rules = generated.files
      .filter(({ kind }) => kind === "rules")
      .map(({ text }) => text)
      .join("");
    const alerts = rules.split(/^ {6}- /m).filter((rule) => rule.startsWith("alert:"));
    assert.ok(alerts.length > 12);
    for (const alert of alerts)
      for (const part of [
        "severity: ",
        "integration: payments",
        "provider: payments",
        "service: checkout",
        "runbook_url: runbooks/payments.md",
        "summary: ",
      ])
        assert.ok(alert.includes(part), `${part} is not in ${alert}`);
  });
});
