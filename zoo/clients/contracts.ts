import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { clientsFolder } from "./install.ts";
import type { Truth } from "./truth.ts";

const host = pathToFileURL(fileURLToPath(new URL("host.mjs", import.meta.url))).href;

interface Stub {
  readonly ok: { readonly status: number; readonly headers?: Record<string, string>; readonly body: string };
  readonly errors: Readonly<Record<string, string>>;
}

/**
 * Writes the module host and the contract of one configuration and method, and tells where the contract is. It declares
 * nothing but what the provider says: verify judges the library by its documented defaults.
 */
export async function writeClientContract({ id, adapter }: Truth, method: "GET" | "POST"): Promise<string> {
  const home = join(clientsFolder, "contracts", `${id}.${method.toLowerCase()}`);
  mkdirSync(home, { recursive: true });
  const module = join(home, "host.mjs");
  writeFileSync(module, hostModule(pathToFileURL(join(clientsFolder, adapter)).href, method));
  const { stub } = (await import(pathToFileURL(module).href)) as { stub: Stub };
  const path = join(home, "holdfast.yaml");
  writeFileSync(path, `${JSON.stringify(contractOf(stub, module), null, 2)}\n`);
  return path;
}

function hostModule(adapter: string, method: string): string {
  return [
    `import * as adapter from ${JSON.stringify(adapter)};`,
    `import { hostOf } from ${JSON.stringify(host)};`,
    `export const { call, stub } = hostOf(adapter, ${JSON.stringify(method)});`,
    "",
  ].join("\n");
}

function contractOf({ ok, errors }: Stub, module: string): Record<string, unknown> {
  const dialect = Object.entries(errors).map(([status, body]) => [
    status,
    { headers: { "content-type": "application/json" }, body },
  ]);
  const operation = {
    answer: {
      status: ok.status,
      headers: { "content-type": "application/json", ...ok.headers },
      body: ok.body,
    },
    ...(dialect.length > 0 ? { errors: Object.fromEntries(dialect) } : {}),
  };
  return {
    holdfast: 1,
    integrations: { provider: { protocol: "http", provider: "stub", operations: { call: operation } } },
    scenarios: { call: { module, uses: ["provider.call"] } },
  };
}
