import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { declaredPolicy, type Subject } from "./subject.ts";

const zoo = fileURLToPath(new URL(".", import.meta.url));
const charges = {
  request: "POST /v1/charges",
  effectKey: "/orderId",
  answer: { status: 201, json: { id: "${call.id}", status: "succeeded" } },
};
const quotes = {
  request: "GET /v1/prices/:id",
  answer: {
    status: 200,
    headers: { "content-type": "application/vnd.prices.v1+json" },
    json: { id: "${call.id}", price: 4200 },
  },
};

const orders = { request: "POST /orders", deadline: "5s" };
const asKeyed = { idempotency: { key: "Idempotency-Key" } };

/** The contract of a subject as a document; paths in it are absolute. */
export function contractOf(subject: Subject, folder: "mutants" | "clean"): Record<string, unknown> {
  const { operation, shape, declaresKey = true, policy = declaredPolicy, runbook = "payments" } = subject;
  const file = join(zoo, folder, `${subject.id}.${shape === "exec" ? "py" : "mjs"}`);
  const keyed = declaresKey ? { ...charges, idempotency: { key: "Idempotency-Key" } } : charges;
  const address = shape === "service" ? { address: { env: "PAYMENTS_URL" } } : {};
  return {
    holdfast: 1,
    ...(shape === "module" ? {} : { service: serviceOf(subject, file) }),
    integrations: {
      payments: {
        protocol: "http",
        provider: "stub",
        ...address,
        operations: { [operation]: operation === "charge" ? keyed : quotes },
        ...(Object.keys(policy).length > 0 ? { policy } : {}),
        ...(runbook === null ? {} : { runbook: join(zoo, "runbooks", `${runbook}.md`) }),
      },
    },
    scenarios: {
      order: { ...actOf(subject, file), uses: [`payments.${operation}`], ...effectsOf(subject) },
    },
  };
}

function effectsOf({ serves }: Subject): Record<string, unknown> {
  return serves === "keyed" ? { effects: { charged: { stub: "payments.charge", count: 1 } } } : {};
}

function serviceOf({ id, shape, serves }: Subject, file: string): Record<string, unknown> {
  if (shape === "exec") return { name: id, logs: "json" };
  return {
    name: id,
    start: [process.execPath, "--conditions=@holdfast/source", join(zoo, "consumers/serve.mjs"), file],
    url: "http://127.0.0.1:${port}",
    ready: "GET /health",
    env: { PORT: "${port}" },
    logs: "json",
    correlation: "traceparent",
    ...(serves === undefined
      ? {}
      : { serves: { place: serves === "keyed" ? { ...orders, ...asKeyed } : orders } }),
  };
}

function actOf({ shape, serves }: Subject, file: string): Record<string, unknown> {
  if (shape === "module") return { module: file };
  if (shape === "exec") {
    return { exec: ["python3", file, "${integrations.payments.address}", "${call.id}"] };
  }
  const json = { id: "${call.id}", amount: 4200, card: "${canary.card}" };
  const headers = serves === "keyed" ? { headers: { "Idempotency-Key": "order-${call.id}" } } : {};
  return { http: { request: "POST /orders", ...headers, json }, expect: { status: 201 } };
}

/** Writes the contract of a subject into a folder of its own below `root`, and tells where. YAML is read as JSON too. */
export function writeContract(subject: Subject, folder: "mutants" | "clean", root: string): string {
  const home = join(root, subject.id);
  mkdirSync(home, { recursive: true });
  const path = join(home, "holdfast.yaml");
  writeFileSync(path, `${JSON.stringify(contractOf(subject, folder), null, 2)}\n`);
  return path;
}
