import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Checklist } from "../../packages/verify/src/report/model.ts";
import { cleanTwins } from "../clean/index.ts";
import { mutants } from "../mutants/index.ts";
import type { Case } from "../score.ts";
import { hollows } from "./hollow.ts";

/** A run of a consumer of the zoo that is still there, and what is known of the consumer. */
export interface KeptRun {
  /** Its folder, and that of its contract. */
  readonly run: string;
  readonly contract: string;
  /** The checks that it was made for. */
  readonly checks: readonly string[];
  readonly known: Pick<Case, "subject" | "fails" | "as" | "mayFail">;
  /** What is taken from it before it is judged: one of `hollows`, or nothing. */
  readonly hollow: string | null;
}

/** What was said about a kept run, whole or made hollow. */
export type KeptCase = Case & Pick<KeptRun, "hollow">;

/** Every whole run below `root` of a consumer that the zoo still has. */
export function keptRuns(root: string): readonly KeptRun[] {
  const known: KeptRun["known"][] = [
    ...cleanTwins.map(({ id }) => ({ subject: id, fails: null, as: "fail" as const, mayFail: [] })),
    ...mutants.map(({ id, fails, as = "fail", mayFail }) => ({ subject: id, fails, as, mayFail })),
  ];
  return known.flatMap((one) => {
    const run = join(root, one.subject, "run");
    const checklist = join(run, "checklist.json");
    if (!existsSync(checklist)) return [];
    const checks = askedFor(JSON.parse(readFileSync(checklist, "utf8")) as Checklist);
    return [{ run, contract: join(root, one.subject, "holdfast.yaml"), checks, known: one, hollow: null }];
  });
}

function askedFor({ items }: Checklist): readonly string[] {
  const asked = items.flatMap((item) => item.checks).filter(({ verdict }) => verdict !== "not-tested");
  return [...new Set(asked.map(({ id }) => id))];
}

/** The twins to which most checks apply. */
const forGates = ["charge", "quote"];

/** The runs that can show something about a check: those of its own mutants and of the clean twins; about the gates, hollow ones. */
export function runsFor(check: string, kept: readonly KeptRun[]): readonly KeptRun[] {
  if (check === "gates") {
    const whole = kept.filter(({ known }) => forGates.includes(known.subject));
    return whole.flatMap((one) => [one, ...Object.keys(hollows).map((hollow) => ({ ...one, hollow }))]);
  }
  return kept
    .filter(({ checks, known }) => checks.includes(check) && (known.fails === check || known.fails === null))
    .map((one) => ({ ...one, checks: [check] }));
}

/** Mutants of a check of which no run is kept: without them nobody knows whether a change of its rule shows. */
export function missingFor(check: string, kept: readonly KeptRun[]): readonly string[] {
  const own = mutants.filter(({ fails }) => fails === check).map(({ id }) => id);
  return own.filter(
    (id) => !kept.some(({ known, checks }) => known.subject === id && checks.includes(check)),
  );
}
