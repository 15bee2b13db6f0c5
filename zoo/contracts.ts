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
  answer: { status: 200, json: { id: "${call.id}", price: 4200 } },
};

/** The contract of a subject as a document; paths in it are absolute. */
export function contractOf(subject: Subject, folder: "mutants" | "clean"): Record<string, unknown> {
  const { operation, shape, declaresKey = true, policy = declaredPolicy } = subject;
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
      },
    },
    scenarios: { order: { ...actOf(subject, file), uses: [`payments.${operation}`] } },
  };
}

function serviceOf({ id, shape }: Subject, file: string): Record<string, unknown> {
  if (shape === "exec") return { name: id, logs: "json" };
  return {
    name: id,
    start: [process.execPath, join(zoo, "consumers/serve.mjs"), file],
    url: "http://127.0.0.1:${port}",
    ready: "GET /health",
    env: { PORT: "${port}" },
    logs: "json",
    correlation: "traceparent",
  };
}

function actOf({ shape }: Subject, file: string): Record<string, unknown> {
  if (shape === "module") return { module: file };
  if (shape === "exec") {
    return { exec: ["python3", file, "${integrations.payments.address}", "${call.id}"] };
  }
  const json = { id: "${call.id}", amount: 4200, card: "${canary.card}" };
  return { http: { request: "POST /orders", json }, expect: { status: 201 } };
}

/** Writes the contract of a subject into a folder of its own below `root`, and tells where. YAML is read as JSON too. */
export function writeContract(subject: Subject, folder: "mutants" | "clean", root: string): string {
  const home = join(root, subject.id);
  mkdirSync(home, { recursive: true });
  const path = join(home, "holdfast.yaml");
  writeFileSync(path, `${JSON.stringify(contractOf(subject, folder), null, 2)}\n`);
  return path;
}
