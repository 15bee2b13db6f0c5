import assert from "node:assert/strict";
import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import process from "node:process";
import { describe, it } from "node:test";
import { processesWith } from "../src/run/process-table.ts";
import { contractOf, payments, placeOrder } from "./support/contract.ts";
import { experimentOf, fixed, instancesOf, only, runOf, samplesOf } from "./support/run.ts";

const here = import.meta.dirname;
const outage = () => fixed([experimentOf("503-forever", { samples: 3 })]);

/** How often each exchange of an outcome was made, by call. */
function attemptsOf(observations: Parameters<typeof samplesOf>[0]): number[] {
  const exchanges = only(observations, "exchange");
  return samplesOf(observations).map(
    ({ id }) => exchanges.filter(({ armedCall }) => armedCall === id).length,
  );
}

describe("drivers", { timeout: 120_000 }, () => {
  it("drives a module in a host of its own, with the answers that it wants", async () => {
    const act = { kind: "module", module: join(here, "support", "client.mjs") } as const;
    const contract = contractOf("good", { service: null, scenarios: [{ ...placeOrder, act, expect: null }] });
    const { observations, run } = await runOf(contract, outage());
    const samples = samplesOf(observations);
    assert.deepEqual(attemptsOf(observations), [2, 2, 2]);
    assert.ok(
      samples.every(({ outcome, error }) => outcome === "failed" && /gave up: busy/.test(error ?? "")),
    );
    assert.deepEqual(processesWith({ run, instance: null }), []);
    assert.ok(
      instancesOf(observations).every(
        ({ end, lastWords }) => end === "stopped" && lastWords.at(-1) === "closed",
      ),
    );
  });

  it("drives by a command per call", async () => {
    const act = { kind: "exec", command: [process.execPath, "command.mjs"] } as const;
    const contract = contractOf("good", { service: null, scenarios: [{ ...placeOrder, act, expect: null }] });
    const { observations } = await runOf(contract, outage());
    assert.deepEqual(attemptsOf(observations), [1, 1, 1]);
    const [sample] = samplesOf(observations);
    assert.match(sample?.error ?? "", /exited with 1/);
    const log = only(observations, "call-log").find(({ call }) => call === sample?.id);
    assert.equal(log?.linesWithId, 1);
  });

  it("verifies a service that already runs, one instance after the other on a fixed port", async () => {
    const port = 31_999 - (process.pid % 500);
    const service = createServer((incoming, response) => {
      const outgoing = request(
        `http://127.0.0.1:${port}/v1/charges`,
        { method: "POST", agent: false },
        (answer) => {
          response.writeHead((answer.statusCode ?? 500) < 300 ? 201 : 502).end();
          answer.resume();
        },
      );
      outgoing.on("error", () => response.writeHead(502).end());
      incoming.pipe(outgoing);
    });
    await new Promise<void>((resolve) => service.listen(0, "127.0.0.1", resolve));
    try {
      const url = `http://127.0.0.1:${(service.address() as AddressInfo).port}`;
      const contract = contractOf("good", {
        service: { start: null, url, ready: null, env: {} },
        integrations: [{ ...payments, address: { kind: "listen", port } }],
      });
      const { observations } = await runOf(contract, outage());
      assert.deepEqual(attemptsOf(observations), [1, 1, 1]);
      const spans = instancesOf(observations).toSorted((one, other) => one.startedMs - other.startedMs);
      assert.ok(spans.length >= 3);
      for (const [index, span] of spans.entries()) {
        assert.ok(index === 0 || span.startedMs >= (spans[index - 1]?.endedMs ?? Number.POSITIVE_INFINITY));
      }
    } finally {
      service.close();
    }
  });
});

describe("limits", { timeout: 120_000 }, () => {
  it("begins no sample once the budget is spent, and says so", async () => {
    const { observations, interrupted } = await runOf(contractOf("good"), outage(), { budgetMs: 0 });
    assert.equal(interrupted, null);
    assert.equal(samplesOf(observations).length, 0);
    assert.match(only(observations, "experiment")[0]?.stoppedBecause ?? "", /budget/);
  });

  it("takes the samples that an open verdict asks for, three times at most", async () => {
    const experiment = experimentOf("503-forever", { samples: 1 });
    const decisions = fixed([experiment], () => [{ experiment: experiment.id, samples: 1, perInstance: 1 }]);
    const { observations } = await runOf(contractOf("good"), decisions);
    assert.equal(samplesOf(observations).length, 4);
    assert.equal(only(observations, "experiment")[0]?.samples, 4);
  });

  it("delivers no more than maxCalls to a provider", async () => {
    let served = 0;
    const provider = createServer((incoming, response) => {
      served++;
      incoming.resume();
      response.writeHead(201).end("{}");
    });
    await new Promise<void>((resolve) => provider.listen(0, "127.0.0.1", resolve));
    try {
      const url = `http://127.0.0.1:${(provider.address() as AddressInfo).port}`;
      const real = { ...payments, provider: { kind: "url", url, sandbox: true, maxCalls: 15 } as const };
      const healthy = experimentOf("healthy", { program: { steps: [] }, samples: 20, perInstance: 4 });
      const { observations } = await runOf(contractOf("good", { integrations: [real] }), fixed([healthy]));
      assert.ok(served >= 9 && served <= 15, `${served} calls were delivered`);
      assert.match(only(observations, "experiment")[0]?.stoppedBecause ?? "", /maxCalls/);
    } finally {
      provider.close();
    }
  });

  it("ends a run whose service goes past the proxies, unless that is allowed", {
    skip: process.platform !== "linux",
  }, async () => {
    const elsewhere = createServer((_, response) => response.end());
    await new Promise<void>((resolve) => elsewhere.listen(0, "127.0.0.1", resolve));
    try {
      const { port } = elsewhere.address() as AddressInfo;
      const past = contractOf("past", {
        service: { env: { PORT: "${port}", MODE: "past", PAST: String(port) } },
      });
      await assert.rejects(runOf(past, outage()), { code: "BYPASS" });
      const { observations } = await runOf(past, outage(), { allowBypass: true });
      assert.equal(only(observations, "bypass")[0]?.remote, `127.0.0.1:${port}`);
      assert.equal(samplesOf(observations).length, 3);
      const named = contractOf("past", {
        service: {
          env: { PORT: "${port}", MODE: "past", PAST: String(port), CACHE: `http://127.0.0.1:${port}` },
        },
      });
      const { observations: allowed } = await runOf(named, outage());
      assert.deepEqual(only(allowed, "bypass"), []);
    } finally {
      elsewhere.closeAllConnections();
      elsewhere.close();
    }
  });
});
