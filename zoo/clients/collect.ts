import { mkdirSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { atlasPath, atlasText } from "./atlas.ts";
import { collectRows, type Row } from "./collect-rows.ts";
import { evidenceFolder, readEvidence } from "./evidence.ts";
import { prepareTransport, transports } from "./transports.ts";
import { readTruth, sharedClients } from "./truth.ts";
import { configurationOf, runOf, verifyConfiguration } from "./verify-client.ts";

/**
 * `node --conditions=@holdfast/source zoo/clients/collect.ts [--run] [--only <ids>]`: takes the extracts of the stored runs into `evidence/` and
 * writes docs/atlas.md from all of them. `--run` first runs the transports that are not among the libraries of the ground truth. The exit
 * status is 1 when something could not be collected.
 */
async function main(): Promise<0 | 1> {
  const { values } = parseArgs({
    options: { run: { type: "boolean", default: false }, only: { type: "string" }, seed: { type: "string" } },
  });
  const only = values.only?.split(",") ?? [];
  const known = readTruth();
  if (known === null) tell(`the ground truth is not at ${sharedClients}: no library is collected`);
  const libraries = (known ?? []).map((truth): Row => {
    return { ...configurationOf(truth), client: truth.client, language: "JavaScript" };
  });
  const all = [...libraries, ...transports.map((one): Row => ({ ...one, ...howTransportsRun }))];
  const unknown = only.filter((id) => all.every((row) => row.id !== id));
  if (unknown.length > 0) {
    tell(`not among what can be collected: ${unknown.join(", ")}`);
    return 1;
  }
  const rows = all.filter(({ id }) => only.length === 0 || only.includes(id));
  mkdirSync(evidenceFolder, { recursive: true });
  const seed = Number(values.seed ?? 1);
  const run = async (row: Row) => (values.run ? runTransport(row, seed) : null);
  const status = await collectRows(rows, { runOf, extracts: evidenceFolder }, run, tell);
  writeFileSync(atlasPath, atlasText(readEvidence()));
  return known === null && only.length === 0 ? 1 : status;
}

const howTransportsRun = { primaryMethod: "GET", overlaps: false } as const;

/** Runs a transport and answers why it could not be run; what is none is run by `npm run zoo -- --clients`. */
async function runTransport({ id }: Row, seed: number): Promise<string | null> {
  const transport = transports.find((one) => one.id === id);
  if (transport === undefined) return null;
  const prepared = prepareTransport(transport);
  if (prepared === null) return "what it takes is not on this machine";
  const startedMs = performance.now();
  const configuration = { id, config: transport.config, ...prepared, ...howTransportsRun };
  const verified = await verifyConfiguration(
    configuration,
    { seed, stored: false },
    new AbortController().signal,
  );
  const errors = Object.values(verified).flatMap(({ error }) => error ?? []);
  tell(`${id.padEnd(24)} ${Math.round((performance.now() - startedMs) / 1000)} s`);
  return errors.length > 0 ? errors.join("; ") : null;
}

function tell(line: string): void {
  process.stderr.write(`${line}\n`);
}

process.exitCode = await main();
