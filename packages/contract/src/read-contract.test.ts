import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import type { Contract, ContractProblem } from "./model.ts";
import { readContract } from "./read-contract.ts";

const file = "/srv/shop/holdfast.yaml";

function contractOf(text: string, env: Record<string, string> = {}): Contract {
  const read = readContract({ file, text, env });
  assert.ok("contract" in read, "problems" in read ? JSON.stringify(read.problems, null, 1) : "");
  return read.contract;
}

function problemsOf(text: string, env: Record<string, string> = {}): readonly ContractProblem[] {
  const read = readContract({ file, text, env });
  assert.ok("problems" in read, "it must not be accepted");
  return read.problems;
}

const whole = readFileSync(new URL("../test/fixtures/whole.yaml", import.meta.url), "utf8");

/** The line of the whole contract, from 1, that holds a text. */
const lineOf = (text: string): number => whole.split("\n").findIndex((line) => line.includes(text)) + 1;
const env = { SHOP_API_KEY: "key one", TEST_TOKEN: "t0ken", UNUSED_SECRET: "other" };

describe("a contract that uses every block", () => {
  const contract = contractOf(whole, env);
  const [payments, ledger] = contract.integrations;

  it("reads the service", () => {
    assert.deepEqual(contract.service, {
      name: "checkout",
      prepare: ["npm", "run", "migrate"],
      start: ["node", "my service.ts", "--port", "${port}"],
      stop: ["rm", "-rf", "tmp"],
      url: "http://127.0.0.1:${port}",
      ready: { method: "GET", path: "/health" },
      env: {
        PORT: "${port}",
        WORKERS: "2",
        DATABASE_URL: "${integrations.orders.address}",
        API_KEY: "key one",
        PRICE: "$${port}",
      },
      logs: { format: "logfmt", file: "logs/${instance.id}.log" },
      metrics: { method: "GET", path: "/metrics" },
      correlation: "x-request-id",
      serves: [
        {
          name: "place",
          request: { method: "POST", path: "/orders" },
          deadlineMs: 5_000,
          idempotencyKey: "idempotency-key",
          maxBodyBytes: 1_000_000,
        },
      ],
    });
  });

  it("reads an HTTP integration", () => {
    assert.deepEqual(payments, {
      name: "payments",
      protocol: "http",
      provider: { kind: "stub" },
      address: { kind: "env", name: "PAYMENTS_URL" },
      tls: false,
      operations: [
        {
          name: "charge",
          request: { method: "POST", path: "/v1/charges" },
          idempotencyKey: "idempotency-key",
          effectKey: "/orderId",
          answer: {
            status: 201,
            headers: { "content-type": "application/json", "x-kind": "1" },
            body: '{"id":"${call.id}"}',
          },
          errors: {
            503: {
              status: 503,
              headers: { "content-type": "text/plain; charset=utf-8", "retry-after": "2" },
              body: "down",
            },
          },
          compensates: null,
        },
        {
          name: "refund",
          request: { method: "POST", path: "/v1/charges/:id/refund" },
          idempotencyKey: null,
          effectKey: null,
          answer: { status: 200, headers: { "content-type": "application/json" }, body: "{}" },
          errors: {},
          compensates: "charge",
        },
      ],
      policy: {
        deadlineMs: 4_000,
        attemptTimeoutMs: 800,
        retry: {
          attempts: 3,
          on: ["reset", "429", "5xx"],
          backoff: { baseMs: 100, capMs: 1_000, jitter: "full" },
        },
      },
      layer: "mesh",
      severity: "critical",
      slo: { availability: 0.999, latency: { p99: 1_000 }, windowMs: 2_592_000_000 },
      runbook: { path: "/srv/shop/runbooks/payments.md", written: "runbooks/payments.md" },
    });
  });

  it("gives an integration without operations one that matches every request", () => {
    assert.deepEqual(ledger?.provider, {
      kind: "url",
      url: "https://ledger.example:8443",
      sandbox: true,
      maxCalls: 200,
    });
    assert.deepEqual(ledger?.address, { kind: "listen", port: 9_400 });
    assert.deepEqual(
      ledger?.operations.map(({ name, request }) => [name, request]),
      [["any", null]],
    );
    assert.deepEqual(
      [ledger?.layer, ledger?.severity, ledger?.slo, ledger?.runbook],
      ["library", "high", null, null],
    );
  });

  it("reads scenarios, leaves out what is not built yet, and resolves what they use", () => {
    assert.deepEqual(contract.scenarios, [
      {
        name: "place-order",
        act: {
          kind: "http",
          request: { method: "POST", path: "/orders" },
          headers: { "content-type": "application/json", authorization: "Bearer t0ken" },
          body: '{"id":"${call.id}","amount":4200}',
        },
        expect: { status: 201, json: null },
        uses: [
          { integration: "payments", operation: "charge" },
          { integration: "ledger", operation: "any" },
        ],
        effects: [{ name: "charged", integration: "payments", operation: "charge", count: 1 }],
      },
      {
        name: "by-hand",
        act: { kind: "exec", command: ["./pay.sh", "${call.id}", "a b"] },
        expect: null,
        uses: [{ integration: "payments", operation: "charge" }],
        effects: [],
      },
      {
        name: "by-module",
        act: { kind: "module", module: "/srv/lib/scenario.mjs" },
        expect: null,
        uses: [{ integration: "payments", operation: "refund" }],
        effects: [],
      },
    ]);
  });

  it("names the blocks that are not built yet, each at its place", () => {
    assert.deepEqual(
      contract.notBuilt.map(({ path, place }) => `${path.join(".")} ${place.line}`),
      [
        `integrations.payments.layer ${lineOf("layer: mesh")}`,
        `scenarios.by-message.publish ${lineOf("by-message:")}`,
        `scenarios.place-order.effects.stored.sql ${lineOf("sql:")}`,
        `plugins ${lineOf("plugins:")}`,
        `integrations.orders ${lineOf("orders: { protocol")}`,
        `integrations.events ${lineOf("  events:")}`,
      ],
    );
    assert.deepEqual(contract.passThrough, [
      { name: "orders", protocol: "postgres", provider: "postgres://127.0.0.1:5432/checkout", env: null },
      { name: "events", protocol: "amqp", provider: "amqp://127.0.0.1:5672", env: "AMQP_URL" },
    ]);
  });

  it("keeps the secrets that it read, and no others", () => {
    assert.deepEqual([...contract.secrets].sort(), ["key one", "t0ken"]);
  });

  it("keeps passwords that stand in URLs", () => {
    const text = whole
      .replace("postgres://127.0.0.1", "postgres://shop:pa55word@127.0.0.1")
      .replace("WORKERS: 2", "CACHE: redis://:r3dis@127.0.0.1/0");
    assert.deepEqual([...contractOf(text, env).secrets].sort(), ["key one", "pa55word", "r3dis", "t0ken"]);
  });

  it("knows where every declared path stands, and the nearest parent of one that is not", () => {
    const at = (...path: (string | number)[]): string => {
      const { line, column } = contract.at(path);
      return `${line}:${column}`;
    };
    const retry = "      retry: { attempts: 3, on: [reset, 429, 5xx], backoff: { base: 100ms, cap: 1s, ";
    assert.equal(at("integrations", "payments", "policy", "deadline"), `${lineOf("deadline: 4s")}:7`);
    assert.equal(
      at("integrations", "payments", "policy", "retry", "backoff", "jitter"),
      `${lineOf("jitter:")}:${retry.length + 1}`,
    );
    assert.equal(at("integrations", "payments", "policy", "breaker", "window"), `${lineOf("policy:")}:5`);
    assert.equal(at("scenarios", "place-order", "uses", 1), `${lineOf("uses: [payments.charge, ledger")}:29`);
    assert.equal(at(), "2:1");
    assert.deepEqual(contract.accept[0]?.place, { line: lineOf("check: jitters"), column: 5 });
  });

  it("knows whether a path is declared, whatever place is told for it", () => {
    assert.equal(contract.declares(["integrations", "payments", "policy", "deadline"]), true);
    assert.equal(
      contract.declares(["integrations", "payments", "policy", "retry", "backoff", "jitter"]),
      true,
    );
    assert.equal(contract.declares(["integrations", "payments", "policy", "breaker", "window"]), false);
    assert.equal(contract.declares(["integrations", "nobody", "policy"]), false);
  });

  it("has file, folder and digest", () => {
    assert.equal(contract.folder, "/srv/shop");
    assert.match(contract.digest, /^[0-9a-f]{64}$/);
    assert.notEqual(contract.digest, contractOf(`${whole}\n`, env).digest);
  });

  it("warns of what is hardly meant", () => {
    assert.deepEqual(contract.warnings, []);
  });
});

describe("problems", () => {
  it("come all at once, in the order of the text", () => {
    const problems = problemsOf(
      "holdfast: 2\nservice: { colour: x }\nintegrations:\n  p: { protocol: http, severity: 3 }\nextra: 1\n",
    );
    assert.deepEqual(
      problems.map(({ code, path, place }) => `${place.line}:${place.column} ${code} ${path.join(".")}`),
      [
        "1:11 OUT_OF_RANGE holdfast",
        "2:1 MISSING service.name",
        "2:12 UNKNOWN_KEY service.colour",
        "4:34 WRONG_TYPE integrations.p.severity",
        "5:1 UNKNOWN_KEY extra",
      ],
    );
  });
});

describe("a consumer that is a command per call", () => {
  const provider = "integrations: { p: { protocol: http, provider: stub } }";
  const act = 'exec: "./pay.sh ${integrations.p.address}"';

  it("needs no service", () => {
    const { service, scenarios } = contractOf(`holdfast: 1\n${provider}\nscenarios: { s: { ${act} } }\n`);

    assert.equal(service, null);
    assert.equal(scenarios[0]?.act.kind, "exec");
  });

  it("may have one that gives it a name and says how it logs, and starts nothing", () => {
    const text = `holdfast: 1\nservice: { name: pay, logs: json }\n${provider}\nscenarios: { s: { ${act} } }\n`;

    assert.equal(contractOf(text).service?.start, null);
  });
});
