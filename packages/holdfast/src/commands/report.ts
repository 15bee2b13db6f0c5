import { writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { CodedError } from "@holdfast/core";
import { formats, renderTerminal } from "@holdfast/verify";
import { type Command, defineCommand } from "../command.ts";
import { rejudge } from "../rejudge.ts";
import { openRun } from "../system-run-folder.ts";
import { terminalOptions } from "../terminal-options.ts";

const ids = formats.map(({ id }) => id);

/** Renders a stored run. */
export const report: Command = defineCommand({
  example: "holdfast report .holdfast/runs/<id> --format html --out report.html",
  arguments: [
    { name: "run", doc: "A run's folder; the newest run below this folder when left out.", optional: true },
  ],
  options: {
    format: { kind: "choice", choices: ids, doc: "Which format; terminal when left out." },
    contract: { kind: "text", value: "file", doc: "The contract, when it no longer stands where it stood." },
    out: { kind: "text", value: "file", doc: "Write it here instead of to stdout." },
  },
  run: async ({ arguments: [folder], options }, io) => {
    const run = await openRun(folder, options.contract, io);
    const checklist = rejudge(run, undefined, io);
    const wanted = (options as { json?: boolean }).json === true ? "json" : (options.format ?? "terminal");
    const format = formats.find(({ id }) => id === wanted);
    if (format === undefined)
      throw new CodedError("USAGE", `there is no format ${wanted}`, {
        remedy: `Choose one of: ${ids.join(", ")}.`,
      });
    const text =
      wanted === "terminal" && options.out === undefined
        ? renderTerminal(checklist, terminalOptions(io, { html: null, exit: null }))
        : format.render(checklist, run.stored.observations);
    if (options.out === undefined) io.out(text);
    else writeOut(resolve(io.cwd, options.out), text);
    return 0;
  },
});

function writeOut(file: string, text: string): void {
  try {
    writeFileSync(file, text);
  } catch (cause) {
    throw new CodedError("REPORT_NOT_WRITTEN", `${file} could not be written: ${(cause as Error).message}`, {
      remedy: "Name a file in a folder that exists and that you may write to.",
      cause,
    });
  }
}
