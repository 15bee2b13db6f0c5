import { existsSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import type { Contract } from "@holdfast/contract";
import { CodedError, freshSeed, isCodedError } from "@holdfast/core";
import {
  createProgressWriter,
  profileDefault,
  profileNames,
  renderTerminal,
  type Verified,
  verify as verifyContract,
} from "@holdfast/verify";
import { type Command, defineCommand, type ExitStatus, type Io } from "../command.ts";
import { toldFailure } from "../dispatch.ts";
import { exitMeaning, exitStatus, type FailOn, failOnChoices } from "../exit-status.ts";
import { checkOnly } from "../only.ts";
import { openContract } from "../open-contract.ts";
import { notesText, planText } from "../plan-text.ts";
import { repeatCommand } from "../repeat-command.ts";
import { readRemedies } from "../system-guide.ts";
import { dryRun, machine } from "../system-verify.ts";
import { terminalOptions } from "../terminal-options.ts";
import { version } from "../version.ts";

const options = {
  "dry-run": { kind: "flag", doc: "Print the experiments and what they will take; run nothing." },
  only: {
    kind: "list",
    value: "check",
    doc: "Only these checks or items (bounded, retries); commas or repeated.",
  },
  jobs: {
    kind: "integer",
    value: "n",
    min: 1,
    max: 256,
    doc: "Instances side by side; by default 8 per core, 16 at most.",
  },
  seed: {
    kind: "integer",
    value: "n",
    min: 0,
    max: 4_294_967_295,
    doc: "Repeats a run's random choices; a fresh one is printed.",
  },
  profile: {
    kind: "choice",
    choices: profileNames,
    doc: "How thorough: pr (by default) takes seconds; full makes longer loads and three times the calls; nightly tries rules that take minutes.",
  },
  budget: {
    kind: "duration",
    value: "time",
    doc: "Begin no sample after this long; what is undecided by then stays inconclusive.",
  },
  out: {
    kind: "text",
    value: "folder",
    doc: "The run's folder; .holdfast/runs/<id> beside the contract when left out.",
  },
  targets: {
    kind: "text",
    value: "file",
    doc: "A .json file in which your own Prometheus finds the instances while they run (file_sd_configs).",
  },
  "fail-on": {
    kind: "choice",
    choices: failOnChoices,
    doc: "Exit 1 also on advice, or also on items that are not complete.",
  },
  "allow-host": {
    kind: "list",
    value: "host",
    doc: "A sandbox provider that every fault may be tried on; needs sandbox: true too.",
  },
  "allow-bypass": { kind: "flag", doc: "Report connections that pass the proxies by, and go on." },
} as const;

/** The main job: breaks a running service on purpose and proves, line by line, what it survives. */
export const verify: Command = defineCommand({
  example: "holdfast verify services/checkout/holdfast.yaml --only retries --jobs 8",
  arguments: [{ name: "contract", doc: "The contract; holdfast.yaml when left out.", optional: true }],
  options,
  run: async ({ arguments: [file = "holdfast.yaml"], options: given }, io) => {
    const json = (given as { json?: boolean }).json === true;
    const contract = await openContract(file, json, io);
    if (contract === null) return 2;
    const only = checkOnly(given.only);
    const seed = given.seed ?? freshSeed();
    const { jobs, cores } = machine(given.jobs);
    const { profile = profileDefault } = given;
    const { columns } = terminalOptions(io, { html: null, exit: null });

    if (given["dry-run"]) {
      const planned = dryRun(contract, { seed, jobs, cores, only }, profile);
      io.out(
        json
          ? `${JSON.stringify({ schemaVersion: 1, profile, ...planned.plan, estimatesMs: planned.estimatesMs }, null, 2)}\n`
          : planText(planned, contract, columns),
      );
      return 0;
    }
    refuseNothing(contract);
    io.err(notesText(contract, columns));
    const progress = progressOf(io, json);
    const { checklist, folder, reason } = await verifyContract(contract, {
      seed,
      jobs,
      cores,
      only,
      profile,
      budgetMs: given.budget ?? null,
      out: pathOf("--out", given.out, io),
      targets: pathOf("--targets", given.targets, io),
      allowHosts: given["allow-host"],
      allowBypass: given["allow-bypass"],
      signal: io.signal,
      progress: (event) => progress.show(event),
      environment: io.env,
      holdfastVersion: version,
      remedies: readRemedies(),
      repeat: repeatCommand(relative(io.cwd, contract.file), seed, profile),
    }).finally(() => progress.clear());
    return tell(io, { checklist, folder, reason, json, failOn: given["fail-on"] });
  },
});

/** Prints what came of a run and answers its exit status: 4 when the environment ended it. */
function tell(
  io: Io,
  ended: Pick<Verified, "checklist" | "folder" | "reason"> & {
    readonly json: boolean;
    readonly failOn: FailOn | undefined;
  },
): ExitStatus {
  const { checklist, folder, reason } = ended;
  if (isCodedError(reason)) io.err(toldFailure(reason));
  const status = isCodedError(reason) ? 4 : exitStatus(checklist, ended.failOn);
  const page = join(folder, "report.html");
  const html = existsSync(page) ? relative(io.cwd, page) : null;
  const exit = { status, meaning: exitMeaning(status) };
  io.out(
    ended.json
      ? `${JSON.stringify(checklist, null, 2)}\n`
      : renderTerminal(checklist, terminalOptions(io, { html, exit })),
  );
  return status;
}

function pathOf(option: string, given: string | undefined, io: Io): string | null {
  if (given === "")
    throw new CodedError("USAGE", `${option} is empty`, { remedy: `Name a path, or leave ${option} away.` });
  return given === undefined ? null : resolve(io.cwd, given);
}

function refuseNothing({ integrations, scenarios, file }: Contract): void {
  if (scenarios.length > 0 && integrations.length > 0) return;
  throw new CodedError(
    "NOTHING_TO_VERIFY",
    `${file} has no ${scenarios.length > 0 ? "HTTP integration" : "scenario"}`,
    {
      remedy:
        "Declare at least one http integration and a scenario whose `uses` names it; see holdfast guide verify.",
    },
  );
}

function progressOf(io: Io, json: boolean): ReturnType<typeof createProgressWriter> {
  const { color, columns, unicode } = terminalOptions(io, { html: null, exit: null });
  const live = io.errIsTty && !json && io.env["CI"] === undefined && io.env["TERM"] !== "dumb";
  return createProgressWriter({
    write: (text) => io.err(text),
    live,
    color: live && color,
    columns,
    unicode,
  });
}
