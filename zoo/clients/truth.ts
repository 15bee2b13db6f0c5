import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** One configuration of a client library as `ground-truth.json` knows it. */
export interface Truth {
  readonly id: string;
  readonly client: string;
  readonly version: string;
  readonly config: string;
  readonly adapter: string;
  readonly primaryMethod: "GET" | "POST";
  readonly checks: Readonly<
    Record<string, { readonly verdict: "pass" | "fail" | "n/a"; readonly detail?: string }>
  >;
  readonly facts: Readonly<Record<string, unknown>>;
}

/** Where the adapters and their ground truth are kept: beside the repository, or where HOLDFAST_CLIENTS says. */
export const sharedClients: string =
  process.env["HOLDFAST_CLIENTS"] ?? fileURLToPath(new URL("../../../shared/clients", import.meta.url));

/** The ground truth, or `null` when it is not on this machine. */
export function readTruth(): readonly Truth[] | null {
  const file = join(sharedClients, "ground-truth.json");
  return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Truth[]) : null;
}

/** The verdict of a column for one configuration; facts that are true or false count as columns too. */
export function truthOf(truth: Truth, column: string): "pass" | "fail" | "n/a" {
  if (column.startsWith("facts.")) {
    const fact = truth.facts[column.slice("facts.".length)];
    return fact === true ? "pass" : fact === false ? "fail" : "n/a";
  }
  return truth.checks[column]?.verdict ?? "n/a";
}
