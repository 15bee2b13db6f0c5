import { existsSync, readFileSync } from "node:fs";
import { relative, resolve } from "node:path";
import type { Contract, ContractProblem } from "@holdfast/contract";
import { CodedError, nearest } from "@holdfast/core";
import {
  type AlertSettings,
  contractObjectives,
  importObjectives,
  type ObjectivesRead,
} from "@holdfast/operate";
import type { Io } from "./command.ts";
import { renderProblems } from "./contract-problems.ts";
import { openContract } from "./open-contract.ts";

/** Objectives, and the file that they come from. */
export interface AlertSource {
  readonly file: string;
  readonly read: ObjectivesRead;
}

/** The objectives that are asked for; `null` where the contract cannot be read, which is told then. */
export async function objectivesOf(
  given: { readonly contract: string | undefined; readonly slo: string | undefined },
  settings: AlertSettings,
  json: boolean,
  io: Io,
): Promise<AlertSource | null> {
  if (given.slo !== undefined) {
    if (given.contract !== undefined)
      throw new CodedError("USAGE", "--slo and --contract are two sources of objectives", {
        remedy: "Name one of them.",
      });
    const file = resolve(io.cwd, given.slo);
    return { file, read: importObjectives(textOf(file)) };
  }
  const contract = await openContract(given.contract ?? "holdfast.yaml", json, io, { mayBeMissing: true });
  if (contract === null) return null;
  refuseStrangers(contract, settings);
  const read = contractObjectives(contract, settings);
  if (read.objectives.length > 0 || read.problems.length > 0) return { file: contract.file, read };
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

/** An address for an integration that there is not would be forgotten silently. */
export function refuseStrangers(contract: Contract, { addresses }: AlertSettings): void {
  const names = contract.integrations.map(({ name }) => name);
  const stranger = Object.keys(addresses).find((name) => !names.includes(name));
  if (stranger === undefined) return;
  const near = nearest(stranger, names);
  throw new CodedError("USAGE", `--address ${stranger}=…: there is no integration "${stranger}" over HTTP`, {
    remedy: near === undefined ? `The contract has ${names.join(", ")}.` : `Did you mean ${near}?`,
  });
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
