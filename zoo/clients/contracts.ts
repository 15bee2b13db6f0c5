import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { clientsFolder } from "./install.ts";
import type { Kind } from "./reading.ts";

const host = join(import.meta.dirname, "host.mjs");
const requestOf = join(import.meta.dirname, "request-of.mjs");

/** One configuration under one contract. */
export interface ClientContract {
  /** Of its folder, and of the folder that its run is kept in. */
  readonly name: string;
  /** The file of the adapter. */
  readonly adapter: string;
  readonly method: "GET" | "POST";
  readonly kind: Kind;
}

interface Seen {
  /** `POST /v1/charges`: what the client sends for one call. */
  readonly request: string;
  readonly stub: {
    readonly ok: {
      readonly status: number;
      readonly headers?: Record<string, string>;
      readonly body: string;
    };
    readonly errors: Readonly<Record<string, string>>;
  };
}

/**
 * Writes the module host and the contract of one configuration and method, and tells where the contract is. It declares
 * nothing but what the provider says: verify judges the library by its documented defaults.
 */
export function writeClientContract({ name, adapter, method, kind }: ClientContract): string {
  const home = join(clientsFolder, "contracts", name);
  mkdirSync(home, { recursive: true });
  const module = join(home, "host.mjs");
  writeFileSync(module, hostModule(pathToFileURL(adapter).href, method, kind));
  const seen = JSON.parse(execFileSync(process.execPath, [requestOf, module], { encoding: "utf8" })) as Seen;
  const path = join(home, "holdfast.yaml");
  writeFileSync(path, `${JSON.stringify(contractOf(seen, module), null, 2)}\n`);
  return path;
}

function hostModule(adapter: string, method: string, kind: Kind): string {
  return [
    `import * as adapter from ${JSON.stringify(adapter)};`,
    `import { hostOf } from ${JSON.stringify(pathToFileURL(host).href)};`,
    `export const { call, stub } = hostOf(adapter, ${JSON.stringify(method)}, ${JSON.stringify(kind)});`,
    "",
  ].join("\n");
}

function contractOf({ request, stub: { ok, errors } }: Seen, module: string): Record<string, unknown> {
  const json = { "content-type": "application/json" };
  const dialect = Object.entries(errors).map(([status, text]) => [status, { headers: json, text }]);
  const operation = {
    request,
    answer: { status: ok.status, headers: { ...json, ...ok.headers }, text: ok.body },
    ...(dialect.length > 0 ? { errors: Object.fromEntries(dialect) } : {}),
  };
  return {
    holdfast: 1,
    integrations: { provider: { protocol: "http", provider: "stub", operations: { call: operation } } },
    scenarios: { call: { module, uses: ["provider.call"] } },
  };
}
