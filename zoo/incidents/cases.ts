import type { FaultSpec } from "../../packages/faults/src/index.ts";

/** The services whose logs are recorded: how each is started, and how much its logs say of a network failure. */
export const services = {
  naive: { folder: "examples/checkout/naive", args: ["service.mjs"], env: {}, hidesCodes: true },
  "hardened-fetch": {
    folder: "examples/checkout/hardened",
    args: ["service.mjs"],
    env: { PAYMENTS_VIA: "fetch" },
    hidesCodes: false,
  },
  "hardened-undici": {
    folder: "examples/checkout/hardened",
    args: ["service.mjs"],
    env: { PAYMENTS_VIA: "undici" },
    hidesCodes: false,
  },
  "hardened-node-http": {
    folder: "examples/checkout/hardened",
    args: ["service.mjs"],
    env: { PAYMENTS_VIA: "node-http" },
    hidesCodes: false,
  },
  "zoo-node-http": {
    folder: "zoo/consumers",
    args: ["serve.mjs", "../clean/charge.mjs"],
    env: {},
    hidesCodes: false,
  },
  "zoo-fetch": {
    folder: "zoo/consumers",
    args: ["serve.mjs", "../clean/charge-by-fetch.mjs"],
    env: {},
    hidesCodes: true,
  },
  "zoo-breaker": {
    folder: "zoo/consumers",
    args: ["serve.mjs", "../clean/charge-with-breaker.mjs"],
    env: {},
    hidesCodes: false,
  },
} as const;
export type ServiceName = keyof typeof services;

/** What goes wrong, and the error classes that a reader of the logs may truthfully name for it. */
export interface Trouble {
  readonly fault?: FaultSpec;
  readonly act?: "lock-database" | "kill-service" | "bad-callers" | "none";
  readonly classes: readonly string[];
}

const lost = ["connection-lost", "truncated"];

/** Classes that a log hides which tells no codes. */
export const network: readonly string[] = ["unreachable", ...lost];

/** Every trouble by name. */
export const troubles: Readonly<Record<string, Trouble>> = {
  refuse: { fault: { kind: "refuse" }, classes: ["unreachable"] },
  reset: { fault: { kind: "reset" }, classes: lost },
  close: { fault: { kind: "close" }, classes: lost },
  truncate: { fault: { kind: "truncate" }, classes: lost },
  "lost-reply": { fault: { kind: "lost-reply" }, classes: lost },
  hang: { fault: { kind: "hang" }, classes: ["timeout"] },
  latency: { fault: { kind: "latency", delayMs: 3_000 }, classes: ["timeout"] },
  drip: { fault: { kind: "drip", everyMs: 400 }, classes: ["timeout"] },
  "status-500": { fault: { kind: "status", status: 500 }, classes: ["server-error"] },
  "status-503": { fault: { kind: "status", status: 503 }, classes: ["server-error"] },
  "outage-502": {
    fault: { kind: "outage", status: 502, rampMs: 1_500 },
    classes: ["server-error"],
  },
  "status-429": { fault: { kind: "status", status: 429 }, classes: ["throttled"] },
  quota: { fault: { kind: "quota", limit: 3, windowMs: 20_000 }, classes: ["throttled"] },
  "status-401": { fault: { kind: "status", status: 401 }, classes: ["credentials"] },
  "status-403": { fault: { kind: "status", status: 403 }, classes: ["credentials"] },
  "status-422": { fault: { kind: "status", status: 422 }, classes: ["rejected"] },
  redirect: { fault: { kind: "status", status: 304 }, classes: ["redirected"] },
  html: { fault: { kind: "malformed", what: "html", status: 200 }, classes: ["unreadable"] },
  malformed: { fault: { kind: "malformed" }, classes: ["unreadable", "truncated"] },
  "lock-database": { act: "lock-database", classes: ["database"] },
  "kill-service": { act: "kill-service", classes: ["unreachable", "connection-lost"] },
  "bad-callers": { act: "bad-callers", classes: [] },
  none: { act: "none", classes: [] },
};

/** One incident to record: `gateway` is how the log of a gateway in front of the service looks, where there is one. */
export interface RecordedCase {
  readonly service: ServiceName;
  readonly trouble: string;
  readonly gateway?: "logfmt" | "text";
}

const plain: readonly (readonly [ServiceName, readonly string[]])[] = [
  ["naive", ["refuse", "reset", "hang", "status-503", "status-429", "status-401", "html"]],
  [
    "hardened-fetch",
    ["refuse", "reset", "truncate", "hang", "drip", "status-500", "quota", "status-422", "html", "none"],
  ],
  ["hardened-undici", ["close", "latency", "outage-502", "status-429", "status-403", "lock-database"]],
  ["hardened-node-http", ["refuse", "lost-reply", "hang", "status-503", "malformed", "bad-callers"]],
  ["zoo-node-http", ["refuse", "reset", "latency", "status-500", "quota", "status-401"]],
  ["zoo-fetch", ["status-503", "close", "malformed"]],
  ["zoo-breaker", ["status-503", "refuse", "status-429"]],
];

const behindGateways: readonly RecordedCase[] = [
  { service: "naive", trouble: "status-500", gateway: "logfmt" },
  { service: "naive", trouble: "lock-database", gateway: "text" },
  { service: "hardened-fetch", trouble: "status-503", gateway: "text" },
  { service: "hardened-fetch", trouble: "hang", gateway: "logfmt" },
  { service: "hardened-undici", trouble: "lock-database", gateway: "logfmt" },
  { service: "hardened-node-http", trouble: "kill-service", gateway: "logfmt" },
  { service: "zoo-node-http", trouble: "kill-service", gateway: "text" },
  { service: "zoo-node-http", trouble: "redirect", gateway: "logfmt" },
];

/** Every incident, in an order that gives each half a share of every service. */
export const recordedCases: readonly RecordedCase[] = [
  ...plain.flatMap(([service, names]) => names.map((trouble) => ({ service, trouble }))),
  ...behindGateways,
];
