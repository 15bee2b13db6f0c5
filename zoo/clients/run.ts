import { writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import type { ZooOptions } from "../options.ts";
import { cell, percent, seconds, table } from "../render.ts";
import type { Share } from "../score.ts";
import { agreementOf, type Cell, cellsOf, type VerifiedClient } from "./cells.ts";
import { installClients } from "./install.ts";
import { columns } from "./mapping.ts";
import { readTruth, sharedClients, type Truth } from "./truth.ts";
import { unmapped } from "./unmapped.ts";
import { verifyClient } from "./verify-client.ts";

/** Verifies the adapters of real client libraries and holds every verdict against the ground truth. */
export async function runClients(
  options: ZooOptions,
  tell: (line: string) => void,
  signal: AbortSignal,
): Promise<number> {
  const known = readTruth();
  if (known === null) {
    tell(
      `SKIPPED: the adapters are not at ${sharedClients}; set HOLDFAST_CLIENTS to the folder that has them`,
    );
    if (options.json) process.stdout.write(`${JSON.stringify({ zoo: "clients", skipped: true })}\n`);
    return 0;
  }
  if (!options.stored) installClients(tell);
  const { only } = options;
  const wanted = known.filter((one) => only.length === 0 || only.includes(one.id));
  const picked = options.quick ? wanted.filter((one) => quickClients.includes(one.id)) : wanted;
  const clients = await verifyClients(picked, options, tell, signal);
  const cells = clients.flatMap((client) => cellsOf(client));
  const result = summary(cells, clients, options.stored);
  const text = asText(result);
  if (only.length === 0 && !options.quick && !signal.aborted) {
    writeFileSync(join(import.meta.dirname, "scorecard.json"), `${JSON.stringify(result, null, 2)}\n`);
    writeFileSync(join(import.meta.dirname, "scorecard.md"), text);
  }
  process.stdout.write(options.json ? `${JSON.stringify(result, null, 2)}\n` : text);
  return result.falsePasses > 0 ? 1 : 0;
}

/** Clients that settle every question soon. */
const quickClients = ["axios-timeout", "fetch-signal-timeout"];

async function verifyClients(
  picked: readonly Truth[],
  options: ZooOptions,
  tell: (line: string) => void,
  signal: AbortSignal,
): Promise<readonly VerifiedClient[]> {
  const waiting = [...picked.entries()];
  const done: VerifiedClient[] = [];
  const work = async () => {
    for (let next = waiting.shift(); next !== undefined && !signal.aborted; next = waiting.shift()) {
      const [index, truth] = next;
      const startedMs = performance.now();
      const client = await verifyClient(truth, options, signal);
      done[index] = client;
      tell(clientLine(client, performance.now() - startedMs));
    }
  };
  await Promise.all(Array.from({ length: options.jobs }, work));
  return done.filter((one) => one !== undefined);
}

function clientLine(client: VerifiedClient, wallMs: number): string {
  const cells = cellsOf(client);
  const wrong = cells.filter((one) => one.agrees === false).map((one) => `! ${one.column}: ${one.ours}`);
  const open = cells.filter((one) => one.agrees === null).map((one) => `? ${one.column}`);
  const words = [client.error ?? `${cells.length} cells`, ...wrong, ...open];
  return `${client.truth.id.padEnd(24)} ${seconds(wallMs).padStart(8)}  ${words.join("  ")}`;
}

function summary(cells: readonly Cell[], clients: readonly VerifiedClient[], judgedAgain: boolean) {
  return {
    zoo: "clients",
    machine: { cores: cpus().length, node: process.version, platform: `${process.platform} ${process.arch}` },
    configurations: clients.length,
    judgedAgain,
    ...agreementOf(cells),
    columns: columns.map((column) => {
      const own = cells.filter((one) => one.column === column.name);
      return { column: column.name, check: column.check, because: column.because, ...agreementOf(own) };
    }),
    open: cells.filter((one) => one.agrees !== true),
    cells: cells.map(({ id, column, truth, ours, verdict }) => ({ id, column, truth, ours, verdict })),
  };
}

function asText(result: ReturnType<typeof summary>): string {
  const shown = ({ hits, of, value }: Share) =>
    value === null ? "none" : `${percent(value)} (${hits} of ${of})`;
  const head = ["column", "check", "decided", "agreeing", "false pass"];
  const rows = result.columns.map((one) => [
    one.column,
    one.check,
    shown(one.decided),
    shown(one.agreeing),
    String(one.falsePasses),
  ]);
  const differing = result.open.filter((one) => one.agrees === false);
  const undecided = result.open.filter((one) => one.agrees === null);
  return [
    "# Verdicts on real client libraries against their ground truth\n",
    `${result.configurations} configurations on ${result.machine.cores} cores, Node ${result.machine.node}${result.judgedAgain ? "; kept runs, judged again" : ""}. ` +
      `Decided: ${shown(result.decided)}. Agreeing, of those decided: ${shown(result.agreeing)}. ` +
      `False passes: ${result.falsePasses}.\n`,
    table(head, rows),
    "## Why a check answers a column\n",
    result.columns.map((one) => `- **${one.column}** ← ${one.check}: ${one.because}`).join("\n"),
    "\n## Columns that no check answers\n",
    Object.entries(unmapped)
      .map(([column, why]) => `- **${column}**: ${why}`)
      .join("\n"),
    "\n## Disagreements\n",
    cellTable(differing),
    "## Undecided\n",
    cellTable(undecided),
  ].join("\n");
}

function cellTable(cells: readonly Cell[]): string {
  if (cells.length === 0) return "None.\n";
  const rows = cells.map((one) => [
    one.id,
    one.column,
    one.truth,
    one.verdict,
    cell(one.because),
    cell(one.explanation),
  ]);
  return table(["configuration", "column", "truth", "verdict", "because", "explanation"], rows);
}
