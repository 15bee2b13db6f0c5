import { setMaxListeners } from "node:events";
import { startBusy } from "./busy.ts";
import { runClients } from "./clients/run.ts";
import { runJudge } from "./judge-mutants/run.ts";
import { readOptions, type ZooOptions, zooHelp } from "./options.ts";
import { runPassive } from "./passive/run-kept.ts";
import { pick } from "./pick.ts";
import { asText, save, summary } from "./report.ts";
import { runRounds } from "./run-rounds.ts";
import type { Case } from "./score.ts";
import { verifyAll } from "./verify-picked.ts";

async function main(): Promise<number> {
  const options = readOptions(process.argv.slice(2));
  if (options === "help") {
    process.stdout.write(zooHelp);
    return 0;
  }
  const stop = new AbortController();
  setMaxListeners(0, stop.signal);
  process.once("SIGINT", () => stop.abort());
  process.once("SIGTERM", () => stop.abort());
  const stopBusy = startBusy(options.busy);
  const tell = (line: string) => process.stderr.write(`${line}\n`);
  try {
    if (options.clients) return await runClients(options, tell, stop.signal);
    if (options.passive) return await runPassive(options, tell, stop.signal);
    if (options.judge) return await runJudge(options, tell, stop.signal);
    if (options.rounds > 0) return await runRounds(options, tell, stop.signal);
    return await runMutants(options, tell, stop.signal);
  } finally {
    stopBusy();
  }
}

async function runMutants(
  options: ZooOptions,
  tell: (line: string) => void,
  signal: AbortSignal,
): Promise<number> {
  const picked = pick(options);
  if (picked.length === 0) throw new Error(`nothing in the zoo is called ${options.only.join(", ")}`);
  const rounds: (readonly Case[])[] = [];
  for (let round = 1; round <= options.repeat && !signal.aborted; round++) {
    if (options.repeat > 1) tell(`round ${round} of ${options.repeat}`);
    rounds.push(await verifyAll(picked, options, tell, signal));
  }
  const report = summary(rounds, options);
  const text = asText(report);
  const name = signal.aborted ? null : fileFor(options);
  if (name !== null) save(name, report, text);
  process.stdout.write(options.json ? `${JSON.stringify(report, null, 2)}\n` : text);
  const falsePasses = report.results.reduce((sum, one) => sum + one.falsePass, 0);
  return falsePasses > 0 || report.steadiness.wavering.length > 0 ? 1 : 0;
}

/** The file that a whole run is kept in; `null` for a part of the zoo. */
function fileFor({ quick, own, only, repeat }: ZooOptions): string | null {
  if (quick || only.length > 0) return null;
  if (repeat > 1) return "steadiness";
  return own ? null : "scorecard";
}

if (process.argv[1] === import.meta.filename) {
  process.exitCode = await main().catch((failure: unknown) => {
    process.stderr.write(`zoo: ${failure instanceof Error ? failure.message : String(failure)}\n`);
    return 2;
  });
}
