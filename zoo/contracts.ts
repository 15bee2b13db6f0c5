import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
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
  const { operation, shape, declaresKey = true, beside, tls } = subject;
  const file = join(zoo, folder, `${subject.id}.${shape === "exec" ? "py" : "mjs"}`);
  const keyed = declaresKey ? { ...charges, idempotency: { key: "Idempotency-Key" } } : charges;
  const address = shape === "service" ? { address: { env: "PAYMENTS_URL" } } : {};
  const own = { [operation]: operation === "charge" ? keyed : quotes };
  return {
    holdfast: 1,
    ...(shape === "module" ? {} : { service: serviceOf(subject, file) }),
    integrations: {
      payments: {
        protocol: "http",
        provider: "stub",
        ...address,
        ...(tls === undefined ? {} : { tls }),
        operations: beside === "operation" ? { ...own, quote: quotes } : own,
        ...committed(subject),
      },
      ...(beside === "provider" ? { prices: pricesOf(subject) } : {}),
    },
    scenarios: {
      order: { ...actOf(subject, file), uses: [`payments.${operation}`], ...effectsOf(subject) },
      ...(beside === undefined ? {} : { price: priceOf(beside) }),
    },
    ...operationsOf(subject),
  };
}

function committed({
  policy = declaredPolicy,
  runbook = "payments",
  slo = "99.9%",
}: Subject): Record<string, unknown> {
  return {
    ...(slo === null ? {} : { slo: { availability: slo, window: "30d" } }),
    ...(Object.keys(policy).length > 0 ? { policy } : {}),
    ...(runbook === null ? {} : { runbook: runbookPath(runbook) }),
  };
}

function runbookPath(runbook: string): string {
  return join(zoo, "runbooks", `${runbook}.md`);
}

/** Files that a contract names lie in its folder: they are copied there. */
function operationsOf({ shape, dashboard }: Subject): Record<string, unknown> {
  if (shape !== "service") return {};
  const boards = dashboard === null ? {} : { dashboards: "*dashboard.json" };
  return { operations: { rules: "*.rules.yml", ...boards } };
}

/** What is watched of the one provider is watched of the other, in files of its own. */
function writeOperations(
  { rules = "payments", dashboard = "payments", runbook, beside }: Subject,
  home: string,
): void {
  const link = runbookPath(runbook ?? "payments");
  const asIs = (text: string): string => text;
  const ofPrices = (text: string): string =>
    text.replaceAll("payments", "prices").replaceAll("Payments", "Prices");
  const write = (name: string, from: string, of: (text: string) => string): void => {
    const text = of(readFileSync(join(zoo, "ops", from), "utf8")).replaceAll("RUNBOOK", link);
    writeFileSync(join(home, name), text);
  };
  write("alerts.rules.yml", `${rules}.rules.yml`, asIs);
  if (dashboard !== null) write("dashboard.json", `${dashboard}.json`, asIs);
  if (beside !== "provider") return;
  write("prices-alerts.rules.yml", `${rules}.rules.yml`, ofPrices);
  if (dashboard !== null) write("prices-dashboard.json", `${dashboard}.json`, ofPrices);
}

/** A provider of its own for what is asked besides. */
function pricesOf(subject: Subject): Record<string, unknown> {
  const address = { env: "PRICES_URL" };
  return {
    protocol: "http",
    provider: "stub",
    address,
    operations: { quote: quotes },
    ...committed(subject),
  };
}

function priceOf(beside: NonNullable<Subject["beside"]>): Record<string, unknown> {
  const uses = beside === "operation" ? "payments.quote" : "prices.quote";
  return { http: { request: "GET /prices/${call.id}" }, expect: { status: 200 }, uses: [uses] };
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
    metrics: "GET /metrics",
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
  writeOperations(subject, home);
  const path = join(home, "holdfast.yaml");
  writeFileSync(path, `${JSON.stringify(contractOf(subject, folder), null, 2)}\n`);
  return path;
}
