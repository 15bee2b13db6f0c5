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

/**
 * What the truth says in a column: the verdict of a check, or a part of one that is true or false (`retriesPost.on503`), or such a fact
 * (`facts.retriedOnce.408`).
 */
export function truthOf(truth: Truth, column: string): "pass" | "fail" | "n/a" {
  const [first = "", ...rest] = column.split(".");
  if (rest.length === 0) return truth.checks[first]?.verdict ?? "n/a";
  const known = rest.reduce<unknown>(
    (value, name) => (value as Readonly<Record<string, unknown>> | null | undefined)?.[name],
    first === "facts" ? truth.facts : truth.checks[first],
  );
  return known === true ? "pass" : known === false ? "fail" : "n/a";
}
