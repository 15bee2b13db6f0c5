import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { atlasPath, atlasText } from "./atlas.ts";
import { type Evidence, evidenceFolder, evidenceName, evidenceText, readEvidence } from "./evidence.ts";
import { extractOf } from "./extract.ts";
import { prepareTransport, transports } from "./transports.ts";
import { readTruth } from "./truth.ts";
import {
  type Configuration,
  configurationOf,
  contractsOf,
  runOf,
  verifyConfiguration,
} from "./verify-client.ts";

/** A configuration of the atlas: what is told of it beside what was seen. */
type Row = Pick<Evidence, "client" | "version" | "language" | "config"> & Configuration;

/**
 * `node --conditions=@holdfast/source zoo/clients/collect.ts [--run] [--only <ids>]`: takes the extracts of the stored runs into `evidence/` and
 * writes docs/atlas.md from all of them. `--run` first runs the transports that are not among the libraries of the ground truth.
 */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { run: { type: "boolean", default: false }, only: { type: "string" }, seed: { type: "string" } },
  });
  const only = values.only?.split(",") ?? [];
  const rows = [...libraryRows(), ...transportRows()].filter(
    ({ id }) => only.length === 0 || only.includes(id),
  );
  mkdirSync(evidenceFolder, { recursive: true });
  for (const row of rows) {
    if (values.run && !row.overlaps) await runOne(row, Number(values.seed ?? 1));
    await collectOne(row);
  }
  writeFileSync(atlasPath, atlasText(readEvidence()));
}

function libraryRows(): readonly Row[] {
  return (readTruth() ?? []).map((truth) => {
    const { client, version, config } = truth;
    return { ...configurationOf(truth), client, version, config, language: "JavaScript" };
  });
}

function transportRows(): readonly Row[] {
  return transports.flatMap((transport) => {
    const prepared = prepareTransport(transport);
    if (prepared === null) {
      process.stderr.write(`${transport.id.padEnd(24)} SKIPPED: what it takes is not on this machine\n`);
      return [];
    }
    const { id, client, language, config } = transport;
    return [{ id, client, language, config, ...prepared, primaryMethod: "GET", overlaps: false } as const];
  });
}

async function runOne(row: Row, seed: number): Promise<void> {
  const startedMs = performance.now();
  const verified = await verifyConfiguration(row, { seed, stored: false }, new AbortController().signal);
  const errors = Object.values(verified).flatMap(({ error }) => error ?? []);
  const tookS = Math.round((performance.now() - startedMs) / 1000);
  process.stderr.write(`${row.id.padEnd(24)} ${tookS} s ${errors.join("; ")}\n`);
}

async function collectOne(row: Row): Promise<void> {
  const { id, client, version, language, config } = row;
  const extracts = [];
  for (const { kind } of contractsOf(row)) {
    const extract = await extractOf(runOf(id, kind), kind);
    if (extract !== null) extracts.push({ kind, extract });
  }
  if (extracts.length === 0) {
    process.stderr.write(`${id.padEnd(24)} no run is stored: the extract is left as it is\n`);
    return;
  }
  const evidence: Evidence = {
    id,
    client,
    version,
    language,
    config,
    runs: Object.fromEntries(extracts.map(({ kind, extract }) => [kind, extract.run])),
    policy: extracts.flatMap(({ extract }) => extract.policy),
    verdicts: extracts.flatMap(({ extract }) => extract.verdicts),
    shown: extracts.flatMap(({ extract }) => extract.shown),
  };
  writeFileSync(join(evidenceFolder, evidenceName(id)), evidenceText(evidence));
}

await main();
