import { createHash } from "node:crypto";
import { isMapping, type Path, type Problem } from "@holdfast/core";
import { buildContract } from "./build-contract.ts";
import { crossCheck, integrationsProblem } from "./cross-checks.ts";
import { type Environment, type Resolved, resolveEnvironment } from "./environment.ts";
import { folderOf } from "./file-path.ts";
import type { Contract, ContractProblem } from "./model.ts";
import { type Files, operationsFiles } from "./operations-files.ts";
import { outlineOf } from "./outline.ts";
import type { Places } from "./place.ts";
import { readTyped } from "./read-typed.ts";
import { contractShape } from "./shapes/contract.ts";
import { parseSource } from "./source.ts";

/** What came of reading a contract. */
export type ReadContract =
  | { readonly contract: Contract }
  | { readonly problems: readonly ContractProblem[] };

/** Where a contract's text comes from. */
export interface ContractText {
  /** Absolute path of the file, used for paths inside the contract; nothing is read from it. */
  readonly file: string;
  readonly text: string;
  readonly env: Environment;
  /** Where the files that it names are looked for; left out, no pattern matches anything. */
  readonly files?: Files;
}

/** Reads a contract: the contract, the first error of syntax, or everything else that is wrong, in the order of the text. */
export function readContract({ file, text, env, files }: ContractText): ReadContract {
  const parsed = parseSource(text);
  if ("problem" in parsed) return { problems: [parsed.problem] };
  const { value: raw, places } = parsed.source;
  const resolved = resolveEnvironment(raw, env);
  const outline = outlineOf(resolved.value);
  const folder = folderOf(file);

  const problems: Problem[] = [...resolved.problems];
  const document = readTyped(contractShape(folder), resolved, problems);
  if (isMapping(raw)) problems.push(...integrationsProblem(resolved.value), ...crossCheck(outline));
  const { operations, problems: stray } = operationsFiles(resolved.value, folder, files ?? null);
  problems.push(...stray);
  if (document === undefined || problems.length > 0) return { problems: placed(problems, resolved, places) };

  const digest = createHash("sha256").update(text).digest("hex");
  const parts = { file, folder, digest, document, resolved, outline, places, operations };
  return { contract: buildContract(parts) };
}

/** Gives problems their places, tells each only once, and shows what is written in place of what it stands for. */
export function placed(
  problems: readonly Problem[],
  { written, problems: templates }: Pick<Resolved, "written" | "problems">,
  places: Places,
): readonly ContractProblem[] {
  const seen = new Set<string>();
  // A value whose template could not be filled in is not wrong in itself as well.
  const own = new Set<Problem>(templates);
  const unfilled = new Set(templates.map(({ path }) => JSON.stringify(path)));
  return problems
    .filter((problem) => own.has(problem) || !unfilled.has(JSON.stringify(problem.path)))
    .map((problem) => {
      const shown = written.get(JSON.stringify(problem.path));
      const place = isAboutKey(problem) ? places.key(problem.path) : places.value(problem.path);
      if (shown === undefined) return { ...problem, place };
      // What the environment holds may be a secret: neither the value nor a remedy made of it is told.
      const remedy = `Write or set ${problem.expected}.`;
      return {
        ...problem,
        place,
        found: JSON.stringify(shown),
        remedy: isTemplate(problem) ? problem.remedy : remedy,
      };
    })
    .filter((problem) => {
      const key = JSON.stringify([problem.code, problem.path, problem.found]);
      return seen.has(key) ? false : seen.add(key);
    })
    .sort((a, b) => rank(a) - rank(b) || a.place.line - b.place.line || a.place.column - b.place.column);
}

/** A wrong version comes first: by another format, whatever else is told may not be wrong at all. */
function rank({ path }: Problem): number {
  return path[0] === "holdfast" ? 0 : 1;
}

function isAboutKey({ code }: Problem): boolean {
  return code === "UNKNOWN_KEY" || code === "BAD_KEY" || code === "MISSING";
}

function isTemplate({ code }: Problem): boolean {
  return code.includes("TEMPLATE") || code === "UNSET_VARIABLE";
}

/** The path as people write it: `integrations.payments.policy.deadline`, `accept[0].until`. */
export function formatPath(path: Path): string {
  return path
    .map((step, depth) => (typeof step === "number" ? `[${step}]` : depth === 0 ? step : `.${step}`))
    .join("");
}
