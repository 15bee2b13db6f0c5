import { existsSync } from "node:fs";
import { join } from "node:path";
import { passiveChecks } from "../../packages/verify/src/passive/left-out.ts";
import { cleanTwins } from "../clean/index.ts";
import { mutants } from "../mutants/index.ts";
import type { Mutant, Subject } from "../subject.ts";

/** A consumer whose traffic is judged, and what is known of it. */
export interface PassiveSubject {
  readonly subject: Subject;
  readonly folder: "mutants" | "clean";
  readonly module: string;
  /** The check that a verification finds it by; `null` for a clean twin. */
  readonly fails: string | null;
}

const zoo = join(import.meta.dirname, "..");

/** Every clean twin, and every mutant of a check that traffic can decide or of its neighbours, that can be driven in this process. */
export function passiveSubjects(only: readonly string[]): readonly PassiveSubject[] {
  const asked = new Set<string>([...passiveChecks(), "spreads-retries", "one-effect-on-lost-reply"]);
  const mutant = (one: Mutant): PassiveSubject => ({ ...placed(one, "mutants"), fails: one.fails });
  return [
    ...cleanTwins.filter(isCalled).map((one) => ({ ...placed(one, "clean"), fails: null })),
    ...mutants.filter((one) => asked.has(one.fails) && isCalled(one)).map(mutant),
  ]
    .filter(({ module }) => existsSync(module))
    .filter(({ subject }) => only.length === 0 || only.includes(subject.id));
}

/** Commands per call begin a process each, and what serves under a key is asked for a key by its own callers. */
function isCalled({ shape, serves }: Subject): boolean {
  return shape !== "exec" && serves === undefined;
}

/** Driven as a service, whatever its shape: production logs are of services. */
function placed(subject: Subject, folder: PassiveSubject["folder"]): Omit<PassiveSubject, "fails"> {
  return {
    subject: { ...subject, shape: "service" },
    folder,
    module: join(zoo, folder, `${subject.id}.mjs`),
  };
}
