import { relative, resolve } from "node:path";
import { CodedError } from "@holdfast/core";
import { contractSubjects, type PlannedRunbook, planRunbooks } from "@holdfast/operate";
import { tellProblems } from "./alert-sources.ts";
import type { ExitStatus, Io } from "./command.ts";
import type { GenerateGiven } from "./generate-options.ts";
import { type MetricChoice, metricChoice } from "./metric-choice.ts";
import { openContract } from "./open-contract.ts";
import { type Observations, observedIn } from "./system-observed.ts";
import { type WrittenRunbook, writeRunbookFiles } from "./system-runbook-files.ts";

/** `holdfast generate runbooks`. */
export async function writeRunbooks(options: GenerateGiven, io: Io): Promise<ExitStatus> {
  const json = options.json === true;
  if (options.slo !== undefined)
    throw new CodedError("USAGE", "--slo has objectives, and runbooks need to know whose calls fail", {
      remedy: "Leave --slo away: runbooks are made from the contract.",
    });
  const contract = await openContract(options.contract ?? "holdfast.yaml", json, io, { mayBeMissing: true });
  if (contract === null) return 2;
  const observed = await observedIn(options.run, contract, io);
  const exported = observed.run === null ? null : { by: `run ${observed.run}`, names: observed.exported };
  const choice = await metricChoice(options, contract, io, exported);
  const read = contractSubjects(contract, choice.settings);
  if (read.problems.length > 0) {
    tellProblems(contract.file, read.problems, json, io);
    return 2;
  }
  const planned = planRunbooks(contract, read, {
    owner: options.owner ?? null,
    observed: observed.modes,
    contract: relative(io.cwd, contract.file) || contract.file,
    family: choice.family,
  });
  const folder = resolve(io.cwd, options.out ?? "runbooks");
  const files = writeRunbookFiles(folder, planned, options.force);
  if (json)
    io.out(
      `${JSON.stringify(documentOf(contract.file, folder, planned, files, { ...observed, choice }), null, 2)}\n`,
    );
  else io.out(textOf(relative(io.cwd, folder) || ".", planned, files, { ...observed, choice }));
  return 0;
}

type Told = Observations & { readonly choice: MetricChoice };

function documentOf(
  from: string,
  out: string,
  planned: readonly PlannedRunbook[],
  files: readonly WrittenRunbook[],
  { run, modes, choice }: Told,
) {
  const runbooks = planned.map(({ path, integration, mode, alerts }) => ({
    path,
    integration,
    mode,
    alerts,
  }));
  return { schemaVersion: 1, from, out, files, runbooks, run, observed: modes, metrics: choice.says };
}

function textOf(
  folder: string,
  planned: readonly PlannedRunbook[],
  files: readonly WrittenRunbook[],
  { run, modes, choice }: Told,
): string {
  const count = (state: WrittenRunbook["state"]): number =>
    files.filter((file) => file.state === state).length;
  const notes = files.flatMap(({ path, state, kept }) => [
    ...(state === "foreign"
      ? [`note: ${folder}/${path} is written by hand and was left alone; --force replaces it`]
      : []),
    ...(kept.length > 0
      ? [`note: ${folder}/${path}: left as somebody changed them: ${kept.join(", ")}`]
      : []),
  ]);
  const seen =
    run === null
      ? "Nothing was observed yet: holdfast verify shows how failures look"
      : `Quoted from run ${run}: ${modes.length} failure modes`;
  const own = planned.some(({ head }) => !head.includes("\nOwner: "))
    ? ["Next: write an owner into each, or pass --owner"]
    : [];
  return [
    ...notes,
    seen,
    choice.says,
    `${count("new")} new, ${count("changed")} changed, ${count("unchanged")} unchanged in ${folder}`,
    ...own,
    `Then: holdfast runbooks check ${folder}`,
    "",
  ].join("\n");
}
