import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { readContract } from "./read-contract.ts";

const sound = readFileSync(new URL("../test/fixtures/sound.yaml", import.meta.url), "utf8");

function warnings(part: string, becomes: string): readonly string[] {
  assert.ok(sound.includes(part));
  const text = sound.replace(part, () => becomes);
  const read = readContract({ file: "/srv/holdfast.yaml", text, env: {} });
  assert.ok("contract" in read, JSON.stringify(read));
  return read.contract.warnings.map(({ path, place, says }) => `${place.line} ${path.join(".")}: ${says}`);
}

const served = (deadline: string): string =>
  `  ready: GET /health\n  serves: { place: { request: POST /:what, deadline: ${deadline} } }`;

const running = "  start: node service.js\n  url: http://127.0.0.1:${port}\n";

const cases: readonly [why: string, part: string, becomes: string, says: RegExp][] = [
  ["a fixed port", "http://127.0.0.1:${port}", "http://127.0.0.1:3000", /^6 service\.url: The port is fixed/],
  [
    "a port that nobody is told",
    '  env: { PORT: "${port}" }\n',
    "",
    /^6 service\.url: Nothing tells the service/,
  ],
  [
    "a variable for a service that runs",
    running,
    "  url: http://127.0.0.1:3000\n",
    /^12 integrations\.payments\.address: The service runs already/,
  ],
  [
    "no scenario",
    "scenarios:\n  order:\n    http: { request: POST /orders }\n    uses: [payments.charge]\n",
    "",
    /no scenario/,
  ],
  [
    "a scenario of what is not built",
    "scenarios:",
    `  db: { protocol: postgres, provider: "postgres://h/db" }\nscenarios:\n  other: { http: { request: GET / }, uses: [db] }`,
    /^19 scenarios\.other: The scenario other uses only/,
  ],
  [
    "an integration that nothing uses",
    "scenarios:",
    "  other: { protocol: http, provider: stub, address: { env: B } }\nscenarios:",
    /^17 integrations\.other: No scenario uses other/,
  ],
  [
    "attempts that do not fit",
    "{ deadline: 4s }",
    "{ deadline: 4s, attemptTimeout: 3s, retry: { attempts: 3 } }",
    /^16 integrations\.payments\.policy\.retry\.attempts: At worst 3 attempts take 9\.3s/,
  ],
  [
    "a deadline above that of the caller",
    "  ready: GET /health",
    served("3s"),
    /^17 integrations\.payments\.policy\.deadline: Calls to payments may take 4s, but POST \/:what must answer within 3s/,
  ],
  [
    "an acceptance of what is not there",
    "accept: []",
    "accept:\n  - { check: a, at: payments.pay, reason: r, owner: o, until: 2026-12-31 }",
    /^22 accept\.0\.at: There is no payments\.pay/,
  ],
];

describe("warnings", () => {
  for (const [why, part, becomes, says] of cases) {
    it(`tell of ${why}`, () => {
      const [first, ...others] = warnings(part, becomes);
      assert.match(first ?? "", says);
      assert.ok(others.length <= 1);
    });
  }

  it("tell of metrics that cannot be asked for", () => {
    const text = sound
      .replace("  url: http://127.0.0.1:${port}\n", "  metrics: GET /metrics\n")
      .replace("http: { request: POST /orders }", "exec: ./order.sh");
    const read = readContract({ file: "/srv/holdfast.yaml", text, env: {} });
    assert.ok("contract" in read, JSON.stringify(read));
    assert.deepEqual(
      read.contract.warnings.map(({ place, says }) => `${place.line}: ${says}`),
      ["6: There is no url at which its metrics could be read."],
    );
  });

  it("keep quiet about what is sound", () => {
    assert.deepEqual(warnings("shop", "shop"), []);
    assert.deepEqual(warnings("  ready: GET /health", served("4s")), []);
    assert.deepEqual(warnings("[payments.charge]", "[payments]"), []);
    const accepted = "accept:\n  - { check: a, at: payments.charge, reason: r, owner: o, until: 2026-12-31 }";
    assert.deepEqual(warnings("accept: []", accepted), []);
  });
});
