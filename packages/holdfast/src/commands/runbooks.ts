import { relative, resolve } from "node:path";
import type { Contract } from "@holdfast/contract";
import { CodedError } from "@holdfast/core";
import { type Command, defineCommand, type Io } from "../command.ts";
import { openContract } from "../open-contract.ts";
import { type CheckedRunbook, runbooksText } from "../runbooks-text.ts";
import { runbooksAt } from "../system-runbook-paths.ts";
import { checkRunbook, ruleMetrics } from "../system-runbooks.ts";

/** Half a year: what nobody has gone through since may no longer be so. */
const reviewedDaysMax = 180;

/** Says what runbooks lack for whoever needs them at night. */
export const runbooks: Command = defineCommand({
  example: "holdfast runbooks check runbooks/payments.md",
  arguments: [
    { name: "what", doc: "check: says what they lack.", optional: false },
    {
      name: "file",
      doc: "Runbooks, or folders of them; those that the contract names when left out.",
      optional: true,
      rest: true,
    },
  ],
  options: {
    contract: {
      kind: "text",
      value: "file",
      doc: "The contract, whose rules' metrics may be named; holdfast.yaml where no runbook is named.",
    },
    metric: {
      kind: "list",
      value: "name",
      doc: "Metrics that queries may name beside ours; commas or repeated.",
    },
    "reviewed-within": {
      kind: "integer",
      value: "days",
      min: 1,
      max: 3_650,
      doc: "How long ago the last review may be; 180 days when left out.",
    },
    "fail-on": { kind: "choice", choices: ["advice"], doc: "Exit 1 also on advice." },
  },
  run: async ({ arguments: [what, ...named], options }, io) => {
    const json = (options as { json?: boolean }).json === true;
    if (what !== "check")
      throw new CodedError("USAGE", `"${what}" is nothing that can be done with runbooks`, {
        remedy: "Write holdfast runbooks check, and the runbooks.",
      });
    const isAsked = options.contract !== undefined || named.length === 0;
    const contract = isAsked ? await openContract(options.contract ?? "holdfast.yaml", json, io) : null;
    if (isAsked && contract === null) return 2;
    const files = filesOf(named, contract, io);
    const given = {
      metrics: [...options.metric, ...ruleMetrics(contract?.operations ?? null)],
      reviewedDaysMax: options["reviewed-within"] ?? reviewedDaysMax,
    };
    const checked: readonly CheckedRunbook[] = files.map((file) => ({
      file: relative(io.cwd, file) || file,
      findings: checkRunbook(file, given),
    }));
    if (json) io.out(`${JSON.stringify({ schemaVersion: 1, runbooks: checked }, null, 2)}\n`);
    else io.out(runbooksText(checked));
    const counts = (severity: string): boolean => severity === "error" || options["fail-on"] === "advice";
    return checked.some(({ findings }) => findings.some(({ severity }) => counts(severity))) ? 1 : 0;
  },
});

/** The runbooks that are named, else those of the contract, each once. */
function filesOf(named: readonly string[], contract: Contract | null, io: Io): readonly string[] {
  if (named.length === 0 && contract !== null) return ofContract(contract);
  return [...new Set(named.flatMap((path) => runbooksAt(resolve(io.cwd, path))))];
}

/** The runbooks that a contract names. */
function ofContract(contract: Contract): readonly string[] {
  const files = contract.integrations.flatMap(({ runbook }) => (runbook === null ? [] : [runbook.path]));
  if (files.length > 0) return [...new Set(files)];
  throw new CodedError("CONTRACT_WITHOUT_RUNBOOK", `${contract.file} names no runbook`, {
    remedy:
      "Add runbook: runbooks/NAME.md to an integration, or name the files: holdfast runbooks check FILE.",
  });
}
