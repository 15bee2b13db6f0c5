import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Diagnosis } from "../../src/diagnose/diagnosis.ts";
import { diagnoseFiles } from "../../src/diagnose/run-diagnose.ts";

/** What an incident was made with. */
export interface Label {
  readonly dependency: string | null;
  /** Classes that a reader of these logs may truthfully name. */
  readonly classes: readonly string[];
  readonly fromMs: number;
  readonly toMs: number;
}

/** How the diagnosis of a labelled incident came out. */
export interface Score {
  readonly name: string;
  readonly right: boolean;
  /** Wrong and said to be certain. */
  readonly certainlyWrong: boolean;
  readonly says: string;
  readonly label: Label;
  readonly diagnosis: Diagnosis;
}

/** The names under which logs that do not use the contract's name speak of a dependency; some name nobody at all. */
const otherNames: Readonly<Record<string, readonly (string | null)[]>> = {
  payments: ["payments", "payment provider", "provider", null],
  database: ["database"],
  checkout: ["checkout"],
};

/** Services whose log lines name the dependency: there, nobody and a general word are not enough. */
const names = /hardened|zoo/;

/** Diagnoses every incident of a folder and compares with its label. */
export async function scoreFolder(folder: string): Promise<readonly Score[]> {
  const scores: Score[] = [];
  for (const name of readdirSync(folder).sort()) {
    const at = join(folder, name);
    const label: Label = JSON.parse(readFileSync(join(at, "label.json"), "utf8"));
    const files = readdirSync(at)
      .filter((file) => file !== "label.json")
      .sort()
      .map((file) => ({ path: join(at, file), name: file }));
    const { diagnosis } = await diagnoseFiles({ files, signal: new AbortController().signal });
    scores.push(compare(name, label, diagnosis));
  }
  return scores;
}

function compare(name: string, label: Label, diagnosis: Diagnosis): Score {
  const { cause } = diagnosis;
  const accepted = names.test(name) ? [label.dependency] : (otherNames[label.dependency ?? ""] ?? []);
  const right =
    cause === null
      ? label.dependency === null
      : label.classes.includes(cause.class) && accepted.includes(cause.dependency);
  return {
    name,
    right,
    certainlyWrong: !right && cause?.certainty === "certain",
    says:
      cause === null
        ? "nothing fails"
        : `${cause.certainty}: ${cause.service} → ${cause.dependency} ${cause.class}`,
    label,
    diagnosis,
  };
}
