import { renderTerminal, writeReport } from "@holdfast/verify";
import { type Command, defineCommand } from "../command.ts";
import { exitMeaning, exitStatus, failOnChoices } from "../exit-status.ts";
import { checkOnly } from "../only.ts";
import { rejudge } from "../rejudge.ts";
import { openRun } from "../system-run-folder.ts";
import { terminalOptions } from "../terminal-options.ts";

/** Judges a stored run again. */
export const judge: Command = defineCommand({
  name: "judge",
  summary: "Judges a stored run again, by today's rules and contract, without running anything.",
  example: "holdfast judge .holdfast/runs/<id>",
  arguments: [
    { name: "run", doc: "A run's folder; the newest run below this folder when left out.", optional: true },
  ],
  options: {
    contract: { kind: "text", value: "file", doc: "The contract, when it no longer stands where it stood." },
    only: { kind: "list", value: "check", doc: "Only these checks or items." },
    "fail-on": {
      kind: "choice",
      choices: failOnChoices,
      doc: "Exit 1 also on advice, or on items not complete.",
    },
    write: { kind: "flag", doc: "Write the reports in the run's folder anew." },
  },
  run: async ({ arguments: [folder], options }, io) => {
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
  },
});
