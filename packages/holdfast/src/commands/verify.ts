import { join, relative, resolve } from "node:path";
import type { Contract } from "@holdfast/contract";
import { CodedError, freshSeed } from "@holdfast/core";
import { createProgressWriter, renderTerminal, verify as verifyContract } from "@holdfast/verify";
import { type Command, defineCommand, type Io } from "../command.ts";
import { exitMeaning, exitStatus, failOnChoices } from "../exit-status.ts";
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
  name: "verify",
  summary: "Breaks the service's integrations on purpose; ends in an evidence-backed checklist.",
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

    if (given["dry-run"]) {
      const plan = dryRun(contract, { seed, jobs, cores, only });
      io.out(json ? `${JSON.stringify({ schemaVersion: 1, ...plan }, null, 2)}\n` : planText(plan, contract));
      return 0;
    }
    refuseNothing(contract);
    io.err(notesText(contract));
    const progress = progressOf(io, json);
    const { checklist, folder } = await verifyContract(contract, {
      seed,
      jobs,
      cores,
      only,
      budgetMs: given.budget ?? null,
      out: given.out === undefined ? null : resolve(io.cwd, given.out),
      allowHosts: given["allow-host"],
      allowBypass: given["allow-bypass"],
      signal: io.signal,
      progress: (event) => progress.show(event),
      environment: io.env,
      holdfastVersion: version,
      remedies: readRemedies(),
      repeat: repeatCommand(relative(io.cwd, contract.file), seed),
    }).finally(() => progress.clear());
    const status = exitStatus(checklist, given["fail-on"]);
    const html = relative(io.cwd, join(folder, "report.html"));
    if (json) io.out(`${JSON.stringify(checklist, null, 2)}\n`);
    else
      io.out(
        renderTerminal(
          checklist,
          terminalOptions(io, { html, exit: { status, meaning: exitMeaning(status) } }),
        ),
      );
    return status;
  },
});

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
