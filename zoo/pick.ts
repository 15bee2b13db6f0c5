import { cleanTwins } from "./clean/index.ts";
import { mutants } from "./mutants/index.ts";
import type { ZooOptions } from "./options.ts";
import type { Case } from "./score.ts";
import type { Mutant, Subject } from "./subject.ts";

/** A consumer to verify, where its file is, and with which checks; every check when `checks` is null. */
export interface Picked {
  readonly subject: Subject | Mutant;
  readonly folder: "mutants" | "clean";
  readonly checks: readonly string[] | null;
}

/** What a consumer is called in every table. */
export function nameOf({ subject, folder }: Picked): string {
  return folder === "clean" ? `clean/${subject.id}` : subject.id;
}

/** A consumer with what was said of it. */
export function asCase(picked: Picked, seen: Pick<Case, "said" | "error" | "wallMs">): Case {
  const { subject } = picked;
  const defect = "fails" in subject ? subject : { fails: null, mayFail: [], as: undefined };
  return {
    subject: nameOf(picked),
    fails: defect.fails,
    as: defect.as ?? "fail",
    mayFail: defect.mayFail,
    ...seen,
  };
}

/** How many mutants a quick run looks at. */
const sampleSize = 5;

/** Which consumers a run looks at, and with which checks. */
export function pick(options: Pick<ZooOptions, "quick" | "only" | "own" | "seed">): readonly Picked[] {
  if (options.quick) return quickSample(options.seed);
  const { only } = options;
  const wanted = (subject: Subject | Mutant) =>
    only.length === 0 || only.includes(subject.id) || ("fails" in subject && only.includes(subject.fails));
  return [
    ...cleanTwins.filter(wanted).map((subject): Picked => ({ subject, folder: "clean", checks: null })),
    ...mutants
      .filter(wanted)
      .map(
        (subject): Picked => ({ subject, folder: "mutants", checks: options.own ? [subject.fails] : null }),
      ),
  ];
}

/** Mutants of different checks, each with its own check, and a clean twin with all of those checks. */
function quickSample(seed: number): readonly Picked[] {
  const sample: Mutant[] = [];
  // A minute is too short for the loads of longer profiles, and a herd can only be told on a machine that nothing else keeps busy.
  const short = mutants.filter((one) => one.profile === undefined && one.fails !== "spreads-retries");
  for (const mutant of shuffled(short, seed)) {
    if (sample.length < sampleSize && sample.every((one) => one.fails !== mutant.fails)) sample.push(mutant);
  }
  const twin = cleanTwins.find((one) => one.id === "charge");
  const checks = sample.map((one) => one.fails);
  return [
    ...(twin === undefined ? [] : [{ subject: twin, folder: "clean", checks } as const]),
    ...sample.map((subject): Picked => ({ subject, folder: "mutants", checks: [subject.fails] })),
  ];
}

/** A shuffle that the seed decides (Fisher and Yates, on a small linear congruence). */
function shuffled<T>(list: readonly T[], seed: number): readonly T[] {
  const result = [...list];
  let state = seed >>> 0;
  for (let last = result.length - 1; last > 0; last--) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    const other = Math.floor((state / 2 ** 32) * (last + 1));
    [result[last], result[other]] = [result[other] as T, result[last] as T];
  }
  return result;
}
