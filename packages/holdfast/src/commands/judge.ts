import { CodedError } from "@holdfast/core";
import { renderTerminal, writeReport } from "@holdfast/verify";
import { type Command, defineCommand, type ExitStatus, type Io } from "../command.ts";
import { exitMeaning, exitStatus, type FailOn, failOnChoices } from "../exit-status.ts";
import { judgeTraffic } from "../judge-traffic.ts";
import { checkOnly } from "../only.ts";
import { rejudge } from "../rejudge.ts";
import { openRun } from "../system-run-folder.ts";
import { terminalOptions } from "../terminal-options.ts";

interface JudgeOptions {
  readonly contract: string | undefined;
  readonly only: readonly string[];
  readonly "fail-on": FailOn | undefined;
  readonly write: boolean;
  readonly passive: boolean;
  readonly traces: string | undefined;
  readonly format: string | undefined;
}

/** Judges a stored run again, or what logs and traces tell. */
export const judge: Command = defineCommand({
  example: "holdfast judge --passive access.log app.log --contract holdfast.yaml",
  arguments: [
    {
      name: "run",
      doc: "A run's folder; the newest run below this folder when left out. With --passive: logs, or folders of them.",
      optional: true,
      rest: true,
    },
  ],
  options: {
    passive: { kind: "flag", doc: "Judges what failed by itself in logs and traces; injects nothing." },
    traces: { kind: "text", value: "file", doc: "With --passive: traces in OTLP JSON, read with the logs." },
    format: {
      kind: "text",
      value: "format",
      doc: "With --passive: nginx's log_format or Envoy's text format of the access logs.",
    },
    contract: {
      kind: "text",
      value: "file",
      doc: "The contract, when it no longer stands where it stood; with --passive, the commitments to hold against.",
    },
    only: { kind: "list", value: "check", doc: "Only these checks or items." },
    "fail-on": {
      kind: "choice",
      choices: failOnChoices,
      doc: "Exit 1 also on advice, or on items not complete.",
    },
    write: { kind: "flag", doc: "Write the reports in the run's folder anew." },
  },
  run: async ({ arguments: given, options }, io) => {
    checkTogether(given, options);
    return options.passive ? judgeTraffic(given, options, io) : judgeRun(given[0], options, io);
  },
});

/** Options that mean nothing together are told, not ignored. */
function checkTogether(given: readonly string[], options: JudgeOptions): void {
  const usage = (says: string, remedy: string): CodedError => new CodedError("USAGE", says, { remedy });
  if (options.passive) {
    if (options.write)
      throw usage("--write writes into a run's folder, and --passive has none", "Leave out --write.");
    if (options["fail-on"] === "incomplete")
      throw usage(
        "--fail-on incomplete is about the items of a run",
        "Say --fail-on advice, or leave it out.",
      );
    return;
  }
  if (given.length > 1)
    throw usage("one run is judged at a time", "Name one folder; logs are judged with --passive.");
  const lonely = (["traces", "format"] as const).find((name) => options[name] !== undefined);
  if (lonely !== undefined) throw usage(`--${lonely} belongs to --passive`, "Add --passive.");
}

async function judgeRun(folder: string | undefined, options: JudgeOptions, io: Io): Promise<ExitStatus> {
  const run = await openRun(folder, options.contract, io);
  const checklist = rejudge(run, checkOnly(options.only), io);
  if (options.write) await writeReport(run.stored.folder, checklist, run.stored.observations);
  const status = exitStatus(checklist, options["fail-on"]);
  if ((options as { json?: boolean }).json === true) io.out(`${JSON.stringify(checklist, null, 2)}\n`);
  else
    io.out(
      renderTerminal(
        checklist,
        terminalOptions(io, { html: null, exit: { status, meaning: exitMeaning(status) } }),
      ),
    );
  return status;
}
