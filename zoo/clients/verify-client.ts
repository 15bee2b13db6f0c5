import { join } from "node:path";
import type { ZooOptions } from "../options.ts";
import { runsFolder, type Verified, verifyContract } from "../verify-run.ts";
import type { VerifiedClient } from "./cells.ts";
import { writeClientContract } from "./contracts.ts";
import { clientsFolder } from "./install.ts";
import { columns } from "./mapping.ts";
import { noting, type Ran } from "./ran.ts";
import type { Kind } from "./reading.ts";
import { judgedAgain } from "./stored.ts";
import type { Truth } from "./truth.ts";

/** What the atlas shows beside what the columns ask for, by contract. */
const forTheAtlas: Readonly<Record<Kind, readonly string[]>> = {
  primary: ["no-hidden-replay"],
  POST: ["no-hidden-replay"],
  load: ["budget"],
};

/** What is verified: an adapter, by its primary method and by POST, and under a load where its calls may overlap. */
export interface Configuration extends Ran {
  readonly id: string;
  /** The file of its adapter. */
  readonly adapter: string;
  readonly primaryMethod: "GET" | "POST";
  readonly overlaps: boolean;
}

/** A configuration of the ground truth. */
export function configurationOf({ id, version, config, adapter, primaryMethod }: Truth): Configuration {
  return { id, version, config, adapter: join(clientsFolder, adapter), primaryMethod, overlaps: true };
}

/** The contracts of a configuration, each with the checks that are run on it. */
export function contractsOf({
  primaryMethod,
  overlaps,
}: Pick<Configuration, "primaryMethod" | "overlaps">): readonly {
  readonly kind: Kind;
  readonly method: "GET" | "POST";
  readonly checks: readonly string[];
}[] {
  const posts: readonly Kind[] = primaryMethod === "POST" ? [] : ["POST"];
  const kinds: readonly Kind[] = ["primary", ...posts, ...(overlaps ? (["load"] as const) : [])];
  return kinds.map((kind) => {
    const answers = (by: Kind) =>
      by === kind || (by === "POST" && !kinds.includes("POST") && kind === "primary");
    const asked = columns.filter(({ by }) => answers(by)).map(({ check }) => check);
    const method = kind === "POST" ? "POST" : primaryMethod;
    return { kind, method, checks: [...new Set([...asked, ...forTheAtlas[kind]])] };
  });
}

/** The folder in which the run of a contract of a configuration is kept. */
export function runOf(id: string, kind: Kind): string {
  return join(runsFolder, "clients", nameOf(id, kind));
}

function nameOf(id: string, kind: Kind): string {
  return `${id}.${kind.toLowerCase()}`;
}

/** Runs every contract of a configuration side by side, or reads what their last runs left. */
export async function verifyConfiguration(
  configuration: Configuration,
  { seed, stored }: Pick<ZooOptions, "seed" | "stored">,
  signal: AbortSignal,
): Promise<Readonly<Partial<Record<Kind, Verified>>>> {
  const { id, adapter } = configuration;
  const verified = contractsOf(configuration).map(async ({ kind, method, checks }) => {
    const out = runOf(id, kind);
    if (stored) return [kind, await storedResults(out)] as const;
    const contract = writeClientContract({ name: nameOf(id, kind), adapter, method, kind });
    const verify = () => verifyContract(contract, { only: checks, seed, out, signal });
    return [kind, await noting(out, configuration, verify)] as const;
  });
  return Object.fromEntries(await Promise.all(verified));
}

async function storedResults(folder: string): Promise<Verified> {
  const found = await judgedAgain(folder);
  if (found === null) return { results: [], error: `no run is stored in ${folder}`, wallMs: 0 };
  const results = found.checklist.items.flatMap((item) => item.checks);
  return { results, error: null, wallMs: found.checklist.wallMs };
}

/** The same for a configuration of the ground truth. */
export async function verifyClient(
  truth: Truth,
  options: Pick<ZooOptions, "seed" | "stored">,
  signal: AbortSignal,
): Promise<VerifiedClient> {
  const verified = Object.entries(await verifyConfiguration(configurationOf(truth), options, signal));
  return {
    truth,
    results: Object.fromEntries(verified.map(([kind, { results }]) => [kind, results])),
    error: verified.map(([, { error }]) => error).find((error) => error !== null) ?? null,
  };
}
