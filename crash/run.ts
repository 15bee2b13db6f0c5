import { nearest, seededRandom } from "@holdfast/core";
import { type CrashPoint, crashPoints } from "@holdfast/delivery/testing";
import { refuse, scriptOptions } from "../scripts/lib/refuse.ts";
import { type CaseResult, runCase } from "./case.ts";
import { brokerNames, type Death, storeNames } from "./model.ts";

/**
 * `npm run crash [-- --quick] [--json] [--seed N] [--jobs N] [--only TEXT …]`: kills a process at every named point, the first, second and third time that
 * it comes by, on every store and broker; starts it again, and holds the invariants against what is left. `--quick` is a seeded sample
 * in under a minute. Exit status 1 when one does not hold, 2 for a wrong option or when no case is meant.
 */
const usage = "npm run crash [-- --quick] [--json] [--seed N] [--jobs N] [--only TEXT …]";
const options = scriptOptions(usage, {
  quick: { type: "boolean", default: false },
  json: { type: "boolean", default: false },
  seed: { type: "string", default: "1" },
  jobs: { type: "string", default: "3" },
  only: { type: "string", multiple: true, default: [] },
});
if (!/^[1-9]\d{0,2}$/.test(options.jobs))
  refuse(`--jobs ${options.jobs}: expected a whole number from 1 to 999`, usage);
if (!/^\d{1,15}$/.test(options.seed)) refuse(`--seed ${options.seed}: expected a whole number from 0`, usage);

const quickMs = 50_000;
const cases = storeNames
  .flatMap((store) =>
    brokerNames.flatMap((broker) =>
      crashPoints.flatMap((point) =>
        [1, 2, 3].map((occurrence) => ({ store, broker, death: { point, occurrence } })),
      ),
    ),
  )
  .filter((one) => options.only.every((text) => nameOf(one).includes(text)));
if (cases.length === 0) refuse(`--only ${options.only.join(" --only ")}: no case is called that`, hint());
const random = seededRandom(Number(options.seed));
const queue = cases.map((one) => ({ one, at: random.next() })).sort((a, b) => a.at - b.at);
const startedMs = performance.now();
const results: CaseResult[] = [];

function nameOf({ store, broker, death }: { store: string; broker: string; death: Death }): string {
  return `${store} ${broker} ${death.point} ${death.occurrence}`;
}

function hint(): string {
  const words = [...storeNames, ...brokerNames, ...crashPoints];
  const unknown = options.only.find((text) => !words.some((word) => word.includes(text)));
  const near = unknown === undefined ? undefined : nearest(unknown, words);
  return near === undefined ? `Words are: ${words.join(", ")}.` : `Did you mean ${near}?`;
}

async function worker(): Promise<void> {
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    if (options.quick && performance.now() - startedMs > quickMs) return;
    const { store, broker, death } = next.one;
    const result = await runCase(store, broker, death);
    results.push(result);
    for (const { invariant, what } of result.violations)
      process.stderr.write(`${nameOf(result)}: ${invariant}: ${what}\n`);
    if (process.stderr.isTTY || results.length % 20 === 0)
      process.stderr.write(
        `crash: ${results.length} of ${cases.length} cases, ${((performance.now() - startedMs) / 1000).toFixed(0)} s\n`,
      );
  }
}
await Promise.all(Array.from({ length: Number(options.jobs) }, worker));

const violations = results.flatMap((result) =>
  result.violations.map((one) => ({ case: nameOf(result), ...one })),
);
const notReached = results.filter(({ died }) => !died);
const report = {
  seed: Number(options.seed),
  points: crashPoints.length,
  runs: results.length,
  died: results.length - notReached.length,
  notReached: summed(notReached.map(({ death }) => death.point)),
  violations,
  wallMs: Math.round(performance.now() - startedMs),
};
if (options.json) process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
else process.stdout.write(text());
process.exitCode = violations.length === 0 ? 0 : 1;

function summed(points: readonly CrashPoint[]): Readonly<Record<string, number>> {
  return Object.fromEntries(
    [...Map.groupBy(points, (point) => point)].map(([point, list]) => [point, list.length]),
  );
}

function text(): string {
  const lines = [
    `${report.runs} cases of ${cases.length}: ${report.points} points, ${report.died} processes died where they were told to.`,
    ...Object.entries(report.notReached).map(([point, times]) => `  not reached: ${point}, ${times} times`),
    violations.length === 0
      ? "Every invariant held in every case."
      : `${violations.length} violations:\n${violations.map((one) => `  ${one.case}: ${one.invariant}: ${one.what}`).join("\n")}`,
  ];
  return `${lines.join("\n")}\n`;
}
