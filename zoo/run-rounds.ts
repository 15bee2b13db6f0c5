import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ZooOptions } from "./options.ts";
import { nameOf, type Picked, pick } from "./pick.ts";
import { caseLine } from "./render.ts";
import { asText, summary } from "./report.ts";
import { casesOf, due, type Rounds, withCase } from "./rounds.ts";
import { verifyOne } from "./verify-picked.ts";

const file = join(import.meta.dirname, "rounds.json");
const page = join(import.meta.dirname, "rounds.md");

/**
 * `npm run zoo -- --rounds N`: goes on until each consumer was verified N times. What is done is kept after every run, so that nothing is lost
 * when it is ended, and the next one goes on. Resolves to the exit status.
 */
export async function runRounds(
  options: ZooOptions,
  tell: (line: string) => void,
  signal: AbortSignal,
): Promise<number> {
  if (options.only.length > 0 || options.quick || !options.own)
    throw new Error("--rounds counts the whole zoo: it takes --own, and neither --only nor --quick");
  const picked = pick(options);
  const untilMs = performance.now() + options.minutes * 60_000;
  let rounds = readRounds();
  const underWay = new Set<Picked>();
  const next = (): Picked | undefined =>
    signal.aborted || performance.now() > untilMs
      ? undefined
      : due(rounds, picked, options.rounds).find((one) => !underWay.has(one));
  const verify = async (one: Picked): Promise<void> => {
    underWay.add(one);
    // Another seed for each round, and the same again for who repeats it.
    const seed = options.seed + (rounds[nameOf(one)]?.runs ?? 0);
    const done = await verifyOne(one, { seed, stored: false }, signal);
    underWay.delete(one);
    if (signal.aborted) return;
    rounds = withCase(rounds, done);
    writeRounds(rounds);
    tell(`${String(rounds[done.subject]?.runs).padStart(3)}  ${caseLine(done)}`);
  };
  const mutants = async (): Promise<void> => {
    for (let one = next(); one?.folder === "mutants"; one = next()) await verify(one);
  };
  for (let one = next(); one !== undefined; one = next()) {
    // A twin is asked for every check, on sixteen instances at once: several of them side by side would measure each other.
    if (one.folder === "clean") await verify(one);
    else await Promise.all(Array.from({ length: options.jobs }, mutants));
  }
  return conclude(rounds, picked, options);
}

function conclude(rounds: Rounds, picked: readonly Picked[], options: ZooOptions): number {
  const report = summary([casesOf(rounds, picked)], options);
  const left = due(rounds, picked, options.rounds).length;
  const times = (folder: Picked["folder"]) => {
    const runs = picked.filter((one) => one.folder === folder).map((one) => rounds[nameOf(one)]?.runs ?? 0);
    const [least, most] = [Math.min(...runs), Math.max(...runs)];
    return least === most ? `${most} times` : `${least} to ${most} times`;
  };
  const open =
    left === 0
      ? ""
      : `, ${left} of ${picked.length} of them not yet as often as ${options.rounds} rounds ask for`;
  const text = asText(
    report,
    `over several sittings (each mutant ${times("mutants")} with its own check, each clean twin ${times("clean")} with every check${open})`,
  );
  writeFileSync(page, text);
  process.stdout.write(options.json ? `${JSON.stringify(report, null, 2)}\n` : text);
  return report.results.some((one) => one.falsePass > 0) ? 1 : 0;
}

function readRounds(): Rounds {
  return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Rounds) : {};
}

/** Written beside and moved into place: a run that is killed leaves what was there. */
function writeRounds(rounds: Rounds): void {
  writeFileSync(`${file}.new`, `${JSON.stringify(rounds, null, 1)}\n`);
  renameSync(`${file}.new`, file);
}
