import { existsSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import {
  type Acceptance,
  baselineName,
  type Contract,
  type ContractProblem,
  type LoadOptions,
  loadBaseline,
  loadContract,
} from "@holdfast/contract";
import { nearest } from "@holdfast/core";
import { catalogue } from "@holdfast/verify";
import type { Io } from "./command.ts";
import { renderProblems } from "./contract-problems.ts";

/**
 * Reads the contract a command was given, with the baseline beside it; or tells all problems (also as JSON) and answers
 * `null`: exit status 2.
 */
export async function openContract(
  path: string,
  json: boolean,
  io: Io,
  options: LoadOptions = {},
): Promise<Contract | null> {
  const file = resolve(io.cwd, path);
  const [read, baseline] = await Promise.all([
    loadContract(file, io.env, options),
    loadBaseline(file, io.env),
  ]);
  if ("problems" in read) return refuse(file, read.problems, json, io);
  if ("problems" in baseline) return refuse(join(dirname(file), baselineName), baseline.problems, json, io);
  const strangers = [
    { file, problems: unknownChecks(read.contract.accept) },
    { file: join(dirname(file), baselineName), problems: unknownChecks(baseline.accept) },
  ].find(({ problems }) => problems.length > 0);
  if (strangers !== undefined) return refuse(strangers.file, strangers.problems, json, io);
  return { ...read.contract, accept: [...read.contract.accept, ...baseline.accept] };
}

/** Accepted findings of checks that do not exist would accept nothing, silently. */
function unknownChecks(accept: readonly Acceptance[]): readonly ContractProblem[] {
  const ids = catalogue.map(({ id }) => id);
  return accept
    .filter(({ check }) => !ids.includes(check))
    .map(({ check, place }) => {
      const near = nearest(check, ids);
      return {
        code: "UNKNOWN_CHECK",
        path: ["accept"],
        place,
        found: JSON.stringify(check),
        expected: "the id of a check",
        remedy: near === undefined ? "holdfast guide lists the checks." : `Did you mean ${near}?`,
      };
    });
}

function refuse(file: string, problems: readonly ContractProblem[], json: boolean, io: Io): null {
  // Without a path it is the file itself that cannot be read.
  const isUnread = problems.some(
    ({ code, path }) => path.length === 0 && /^(FILE_|NOT_UTF8|TOO_LARGE)/.test(code),
  );
  const text = existsSync(file) && !isUnread ? readFileSync(file, "utf8") : null;
  if (json) io.out(`${JSON.stringify({ schemaVersion: 1, file, problems }, null, 2)}\n`);
  io.err(renderProblems(relative(io.cwd, file) || file, text, problems));
  return null;
}
