import { parseArgs } from "node:util";

/** What `npm run zoo` was asked to do. */
export interface ZooOptions {
  readonly json: boolean;
  readonly quick: boolean;
  /** Mutants, twins, clients or checks by id; everything when empty. */
  readonly only: readonly string[];
  /** Each mutant with the check that must find it, and no other. */
  readonly own: boolean;
  readonly repeat: number;
  /** Until each consumer was verified so often, over as many runs as it takes; 0 when not asked for. */
  readonly rounds: number;
  /** When rounds end for now; `Infinity` when they may take as long as they take. */
  readonly minutes: number;
  readonly busy: number;
  readonly clients: boolean;
  /** Change each rule in turn and judge what the last runs left: the scorecard must turn red. */
  readonly judge: boolean;
  /** Hold what the traffic of verifications says against what those said. */
  readonly passive: boolean;
  /** Score what the last runs left, judged again or not, and run nothing. */
  readonly stored: boolean;
  readonly jobs: number;
  readonly seed: number;
}

/** The help of `npm run zoo`. */
export const zooHelp = `npm run zoo -- [options]

  Verifies consumers of which the defects are known, and prints how far each check can be trusted.

  --quick        a seeded sample in under a minute
  --only <ids>   only these mutants, twins, clients or checks (comma between)
  --own          each mutant with the check that must find it, and no other
  --repeat <n>   n rounds; their verdicts must be identical
  --rounds <n>   until each was verified n times, going on from zoo/rounds.json, where every verdict is counted (with --own)
  --minutes <n>  end rounds after n minutes; the next run goes on
  --busy <n>     n processes that burn a core each beside it
  --clients      the adapters of real client libraries in ../shared/clients, with their ground truth
  --stored       score what the last runs left (holdfast judge --write judges them again), and run nothing
  --passive      verify a sample that is not kept yet, and hold its traffic, judged passively, against its verdicts
  --judge        change each rule in turn and judge what the last runs left: every change must show
  --jobs <n>     consumers side by side (1); of rounds the mutants, each twin alone
  --seed <n>     seed of the runs and of the sample (1)
  --json         one JSON document on stdout, nothing else

  Exit status: 0 no false pass, 1 a false pass, verdicts that differ between rounds or from traffic, or a change that does not show,
  2 a wrong option.
`;

/** Reads the arguments of `npm run zoo`; throws an error with a sentence about what is wrong with them. */
export function readOptions(args: readonly string[]): ZooOptions | "help" {
  const { values } = parseArgs({
    args: [...args],
    options: {
      help: { type: "boolean", default: false },
      json: { type: "boolean", default: false },
      quick: { type: "boolean", default: false },
      own: { type: "boolean", default: false },
      clients: { type: "boolean", default: false },
      judge: { type: "boolean", default: false },
      passive: { type: "boolean", default: false },
      stored: { type: "boolean", default: false },
      only: { type: "string", multiple: true, default: [] },
      repeat: { type: "string", default: "1" },
      rounds: { type: "string", default: "0" },
      minutes: { type: "string" },
      busy: { type: "string", default: "0" },
      jobs: { type: "string", default: "1" },
      seed: { type: "string", default: "1" },
    },
  });
  if (values.help) return "help";
  return {
    json: values.json,
    quick: values.quick,
    own: values.own,
    clients: values.clients,
    judge: values.judge,
    passive: values.passive,
    stored: values.stored,
    only: values.only.flatMap((text) => text.split(",")).filter((id) => id !== ""),
    repeat: whole("--repeat", values.repeat, 1),
    rounds: whole("--rounds", values.rounds, 0),
    minutes: values.minutes === undefined ? Number.POSITIVE_INFINITY : whole("--minutes", values.minutes, 1),
    busy: whole("--busy", values.busy, 0),
    jobs: whole("--jobs", values.jobs, 1),
    seed: whole("--seed", values.seed, 0),
  };
}

function whole(name: string, text: string, least: number): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < least) {
    throw new Error(`${name} takes a whole number from ${least}, not “${text}”`);
  }
  return value;
}
