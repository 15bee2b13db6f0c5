import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Contract } from "./model.ts";
import { readContract } from "./read-contract.ts";

function contractOf(text: string, env: Record<string, string> = {}): Contract {
  const read = readContract({ file: "/srv/holdfast.yaml", text, env });
  assert.ok("contract" in read, JSON.stringify(read));
  return read.contract;
}

const module = "scenarios: { s: { module: { path: a.mjs } } }\n";

describe("the small print of a contract", () => {
  it("does without a service when every scenario is a module", () => {
    const contract = contractOf(
      `holdfast: 1\nintegrations: { p: { protocol: http, provider: stub } }\n${module}`,
    );
    assert.equal(contract.service, null);
    assert.deepEqual(contract.scenarios[0]?.act, { kind: "module", module: "/srv/a.mjs" });
    assert.deepEqual(contract.scenarios[0]?.uses, [{ integration: "p", operation: "any" }]);
  });

  it("lets anchors and aliases stand for what they repeat, and finds places through them", () => {
    const contract = contractOf(`holdfast: 1
integrations:
  a:
    protocol: &protocol http
    provider: stub
    policy: &policy
      deadline: 4s
      retry: { attempts: 3, on: &on [reset, 5xx] }
  b:
    protocol: *protocol
    provider: stub
    policy: *policy
  c:
    protocol: http
    provider: stub
    policy: { retry: { on: *on } }
scenarios: { s: { module: a.mjs, uses: [a, b, c] } }
`);
    assert.deepEqual(contract.integrations[1]?.policy, contract.integrations[0]?.policy);
    assert.deepEqual(contract.integrations[2]?.policy.retry?.on, ["reset", "5xx"]);
    assert.deepEqual(contract.at(["integrations", "b", "policy", "deadline"]), { line: 7, column: 7 });
  });

  it("reads numbers and flags from the environment where they belong, and texts where texts do", () => {
    const contract = contractOf(
      `holdfast: 1
service: { name: "\${NUMBER}", start: a, url: "http://127.0.0.1:\${port}", env: { P: "\${port}" } }
integrations:
  p:
    protocol: http
    provider: { url: "http://127.0.0.1:\${NUMBER}", sandbox: "\${FLAG}", maxCalls: "\${NUMBER}" }
    address: { listen: "\${NUMBER}" }
    policy: { retry: { on: ["\${NUMBER_502}"] } }
scenarios: { s: { http: { request: GET / } } }
`,
      { NUMBER: "9400", FLAG: "true", NUMBER_502: "502" },
    );
    assert.equal(contract.service?.name, "9400");
    assert.deepEqual(contract.integrations[0]?.provider, {
      kind: "url",
      url: "http://127.0.0.1:9400",
      sandbox: true,
      maxCalls: 9_400,
    });
    assert.deepEqual(contract.integrations[0]?.address, { kind: "listen", port: 9_400 });
    assert.deepEqual(contract.integrations[0]?.policy.retry?.on, ["502"]);
  });

  it("tells each unset variable of a text once", () => {
    const text = `holdfast: 1\nservice: { name: "\${NO_A} \${NO_B} \${NO_A}", start: a }\nintegrations: { p: { protocol: http, provider: stub } }\n${module}`;
    const read = readContract({ file: "/srv/holdfast.yaml", text, env: {} });
    assert.ok("problems" in read);
    assert.deepEqual(
      read.problems.map(({ found }) => found),
      ["${NO_A}", "${NO_B}"],
    );
  });

  it("does not take a text of three letters for a secret: it stands everywhere by chance", () => {
    const service = 'service: { name: a, start: b, env: { A_TOKEN: abc, B_TOKEN: abcd, PORT: "${port}" } }';
    const contract = contractOf(
      `holdfast: 1\n${service}\nintegrations: { p: { protocol: http, provider: stub } }\n${module}`,
    );
    assert.deepEqual(contract.secrets, ["abcd"]);
  });

  it("has nothing to say against retries in a library", () => {
    const contract = contractOf(
      `holdfast: 1\nintegrations: { p: { protocol: http, provider: stub, layer: library } }\n${module}`,
    );
    assert.deepEqual(contract.notBuilt, []);
  });

  it("answers 204 without a body or a content type, and null as null", () => {
    const operations = `{
      a: { request: DELETE /a, answer: { status: 204 } },
      b: { request: GET /b, answer: { json: null } },
      c: { request: GET /c, answer: { text: "", headers: { Content-Type: text/csv } } } }`;
    const contract = contractOf(
      `holdfast: 1\nintegrations: { p: { protocol: http, provider: stub, operations: ${operations} } }\nscenarios: { s: { module: a.mjs, uses: [p.a] } }\n`,
    );
    assert.deepEqual(
      contract.integrations[0]?.operations.map(({ answer }) => answer),
      [
        { status: 204, headers: {}, body: "" },
        { status: 200, headers: { "content-type": "application/json" }, body: "null" },
        { status: 200, headers: { "content-type": "text/csv" }, body: "" },
      ],
    );
  });
});
