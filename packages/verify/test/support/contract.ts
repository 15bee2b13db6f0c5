import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import type { Contract, HttpIntegration, Scenario, Service } from "@holdfast/contract";

/** Where `service.mjs` lies. */
export const folder: string = fileURLToPath(new URL(".", import.meta.url));

const made: string[] = [];
process.once("exit", () => {
  for (const path of made) rmSync(path, { recursive: true, force: true });
});

/** A folder of its own for the runs of a test; it goes away with the process. */
export function temporaryFolder(): string {
  const path = mkdtempSync(join(tmpdir(), "holdfast-run-"));
  made.push(path);
  return path;
}

export const payments: HttpIntegration = {
  name: "payments",
  protocol: "http",
  provider: { kind: "stub" },
  address: { kind: "env", name: "PROVIDER_URL" },
  tls: false,
  operations: [
    {
      name: "charge",
      request: { method: "POST", path: "/v1/charges" },
      idempotencyKey: "idempotency-key",
      effectKey: "/id",
      answer: { status: 201, headers: {}, body: '{"id":"ch_${call.id}"}' },
      errors: {},
      compensates: null,
    },
  ],
  policy: {},
  layer: "library",
  severity: "high",
  slo: null,
  runbook: null,
};

export const placeOrder: Scenario = {
  name: "place-order",
  act: {
    kind: "http",
    request: { method: "POST", path: "/orders" },
    headers: {},
    body: '{"id":"${call.id}","card":"${canary.card}"}',
  },
  expect: { status: 201, json: undefined },
  uses: [{ integration: "payments", operation: "charge" }],
  effects: [],
};

/** The contract of `service.mjs` in one of its modes. */
export function contractOf(
  mode: string,
  changes: Partial<Omit<Contract, "service">> & { service?: Partial<Service> | null } = {},
): Contract {
  const service: Service = {
    name: "orders",
    prepare: null,
    start: [process.execPath, "service.mjs"],
    stop: null,
    url: "http://127.0.0.1:${port}",
    ready: { method: "GET", path: "/health" },
    env: { PORT: "${port}", MODE: mode, PAYMENTS_API_KEY: "sk-configured-secret" },
    logs: { format: "json", file: null },
    metrics: null,
    correlation: "traceparent",
    serves: [],
  };
  return {
    file: join(folder, "holdfast.yaml"),
    folder,
    digest: "0".repeat(64),
    integrations: [payments],
    scenarios: [placeOrder],
    accept: [],
    operations: null,
    notBuilt: [],
    passThrough: [],
    warnings: [],
    secrets: [],
    at: () => ({ line: 1, column: 1 }),
    declares: () => false,
    ...changes,
    service: changes.service === null ? null : { ...service, ...changes.service },
  };
}
