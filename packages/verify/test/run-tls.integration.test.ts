import assert from "node:assert/strict";
import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { describe, it } from "node:test";
import { contractOf, payments, placeOrder, temporaryFolder } from "./support/contract.ts";
import { experimentOf, fixed, only, runOf, samplesOf } from "./support/run.ts";

const once = (fault: { readonly kind: string }) => ({
  program: { steps: [{ fault, times: 1 as const }] },
  connection: "fresh" as const,
});
const expired = experimentOf(
  "certificate-expired",
  once({ kind: "bad-certificate", defect: "expired" } as never),
);
const hang = experimentOf("tls-hang", { ...once({ kind: "tls-hang" }), samples: 1 });

/** A call by a client as it comes, told of the run's authority by its environment alone. */
const clients: Record<string, readonly string[]> = {
  node: [process.execPath, "command.mjs"],
  curl: [
    ...["curl", "-sS", "--fail", "--max-time", "1", "-H", "content-type: application/json"],
    ...["-d", '{"id":"${call.id}"}', "${integrations.payments.address}/v1/charges"],
  ],
  python: [
    "python3",
    "-c",
    "import sys, urllib.request; urllib.request.urlopen(urllib.request.Request(sys.argv[1], sys.argv[2].encode(), {'content-type': 'application/json'}), timeout=1)",
    "${integrations.payments.address}/v1/charges",
    '{"id":"${call.id}"}',
  ],
};

describe("a provider over TLS", { timeout: 120_000 }, () => {
  for (const [name, command] of Object.entries(clients)) {
    it(`is trusted by ${name}, and refused when its certificate has expired`, async () => {
      const contract = contractOf("good", {
        service: null,
        integrations: [{ ...payments, tls: true }],
        scenarios: [{ ...placeOrder, act: { kind: "exec", command }, expect: null }],
      });
      const out = temporaryFolder();

      const { observations } = await runOf(contract, fixed([expired, hang]), { out });

      const healthy = only(observations, "call").filter(({ phase }) => phase === "warm-up");
      assert.ok(healthy.length >= 2 && healthy.every(({ outcome }) => outcome === "succeeded"));
      assert.ok(samplesOf(observations).every(({ outcome }) => outcome !== "succeeded"));
      const sent = only(observations, "exchange").filter(({ armedCall }) =>
        samplesOf(observations).some(({ id }) => id === armedCall),
      );
      assert.deepEqual(sent, []);
      const shown = only(observations, "handshakes");
      assert.equal(shown.filter(({ fault }) => fault.spec.kind === "bad-certificate").length, 2);
      assert.ok(shown.every(({ connects }) => connects.length >= 1));
      assert.deepEqual(only(observations, "proxy-problem"), []);
      assert.ok(!existsSync(join(out, "aside")), "what was only for the run goes with it");
      assert.ok(readdirSync(out).includes("run.json"));
    });
  }

  it("is one more to trust: what the service trusted without us stands beside it", async () => {
    const own = join(temporaryFolder(), "own.pem");
    writeFileSync(own, "the authority of the house");
    const script = `
      const { readFileSync } = require("node:fs");
      const read = (name) => readFileSync(process.env[name], "utf8");
      const [more, whole] = [read("NODE_EXTRA_CA_CERTS"), read("SSL_CERT_FILE")];
      const count = (text) => text.split("BEGIN CERTIFICATE").length - 1;
      const kept = [more, whole].every((text) => text.includes("the authority of the house"));
      process.exit(kept && count(more) === 1 && count(whole) > 50 ? 0 : 1);`;
    const act = { kind: "exec", command: [process.execPath, "-e", script] } as const;
    const contract = contractOf("good", {
      service: null,
      integrations: [{ ...payments, tls: true }],
      scenarios: [{ ...placeOrder, act, expect: null, uses: [] }],
    });
    const environment = { ...process.env, NODE_EXTRA_CA_CERTS: own };
    const { observations } = await runOf(contract, fixed([]), { environment });
    const calls = only(observations, "call");
    assert.ok(calls.length > 0 && calls.every(({ outcome }) => outcome === "succeeded"));
  });

  it("is none where the contract asks for none: the environment is as it was", async () => {
    const command = [process.execPath, "-e", "process.exit(process.env.SSL_CERT_FILE === undefined ? 0 : 1)"];
    const contract = contractOf("good", {
      service: null,
      scenarios: [{ ...placeOrder, act: { kind: "exec", command }, expect: null, uses: [] }],
    });
    const { observations } = await runOf(contract, fixed([]));
    const calls = only(observations, "call");
    assert.ok(calls.length > 0 && calls.every(({ outcome }) => outcome === "succeeded"));
  });
});
