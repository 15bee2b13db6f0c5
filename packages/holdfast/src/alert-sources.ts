import { existsSync, readFileSync } from "node:fs";
import { relative, resolve } from "node:path";
import type { Contract, ContractProblem } from "@holdfast/contract";
import { CodedError } from "@holdfast/core";
import { contractObjectives, importObjectives, type ObjectivesRead } from "@holdfast/operate";
import type { Io } from "./command.ts";
import { renderProblems } from "./contract-problems.ts";
import type { GenerateGiven } from "./generate-options.ts";
import type { MetricChoice } from "./metric-choice.ts";
import { openContract } from "./open-contract.ts";

/** Objectives, the file that they come from, and what their calls are counted by. */
export interface AlertSource {
  readonly file: string;
  readonly read: ObjectivesRead;
  /** `null`: the file itself says what is counted. */
  readonly choice: MetricChoice | null;
}

/** The objectives that are asked for; `null` where the contract cannot be read, which is told then. */
export async function objectivesOf(
  given: GenerateGiven,
  choose: (contract: Contract) => Promise<MetricChoice>,
  json: boolean,
  io: Io,
): Promise<AlertSource | null> {
  if (given.slo !== undefined) {
    if (given.contract !== undefined)
      throw new CodedError("USAGE", "--slo and --contract are two sources of objectives", {
        remedy: "Name one of them.",
      });
    const file = resolve(io.cwd, given.slo);
    return { file, read: importObjectives(textOf(file)), choice: null };
  }
  const contract = await openContract(given.contract ?? "holdfast.yaml", json, io, { mayBeMissing: true });
  if (contract === null) return null;
  const choice = await choose(contract);
  const read = contractObjectives(contract, choice.settings);
  if (read.objectives.length > 0 || read.problems.length > 0) return { file: contract.file, read, choice };
  throw new CodedError(
    "CONTRACT_WITHOUT_SLO",
    `${contract.file} declares no objective for a call over HTTP`,
    {
      remedy: "Add slo: { availability: 99.9%, latency: { p99: 1s }, window: 30d } to an integration.",
    },
  );
}

/** Tells problems of a file, as a person or a program reads them. */
export function tellProblems(
  file: string,
  problems: readonly ContractProblem[],
  json: boolean,
  io: Io,
): void {
  if (json) io.out(`${JSON.stringify({ schemaVersion: 1, file, problems }, null, 2)}\n`);
  const text = existsSync(file) ? readFileSync(file, "utf8") : "";
  io.err(renderProblems(relative(io.cwd, file) || file, text, problems));
}

function textOf(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (cause) {
    throw new CodedError("USAGE", `${file} cannot be read: ${(cause as Error).message}`, {
      remedy: "Name a file in the format of OpenSLO or sloth.",
      cause,
    });
  }
}
