import { resolve } from "node:path";
import { CodedError } from "@holdfast/core";
import { diagnoseFiles } from "@holdfast/operate";
import { type Command, defineCommand, type Io } from "../command.ts";
import { diagnoseRun } from "../diagnose-run.ts";
import { diagnoseText } from "../diagnose-text.ts";
import { documentOf, runbookFor, statusOf } from "../diagnosed.ts";
import { openContract } from "../open-contract.ts";
import { keepHeapSmall } from "../system-heap.ts";
import { logsAt } from "../system-logs.ts";

/** Says what logs and traces tell of an incident: what failed first, how far it reached, and what to look at. */
export const diagnose: Command = defineCommand({
  example: "holdfast diagnose checkout.log gateway.log.gz --contract holdfast.yaml",
  arguments: [
    {
      name: "logs",
      doc: "Logs, or folders of them: JSON, logfmt or text, also with gzip; - reads a pipe.",
      optional: true,
      rest: true,
    },
  ],
  options: {
    traces: { kind: "text", value: "file", doc: "Traces in OTLP JSON, read together with the logs." },
    format: {
      kind: "text",
      value: "format",
      doc: "nginx's log_format or Envoy's text format of the access logs.",
    },
    run: {
      kind: "text",
      value: "id",
      doc: "Reads the logs that a run of holdfast verify kept, each experiment apart.",
    },
    contract: { kind: "text", value: "file", doc: "A contract, whose runbook for what failed is named." },
  },
  run: async ({ arguments: given, options }, io) => {
    const json = (options as { json?: boolean }).json === true;
    const contract =
      options.contract === undefined ? undefined : await openContract(options.contract, json, io);
    if (contract === null) return 2;
    const format = options.format === undefined ? {} : { format: options.format };
    if (options.run !== undefined) {
      checkAlone(given, options.traces);
      return diagnoseRun({ run: options.run, contract, json, ...format }, io);
    }
    const files = logsAt(given, io.cwd);
    keepHeapSmall();
    const traces =
      options.traces === undefined
        ? {}
        : { traces: { path: resolve(io.cwd, options.traces), name: options.traces } };
    const told = await diagnoseFiles({
      files,
      ...traces,
      ...format,
      signal: io.signal,
      progress: progressOn(io),
    });
    if (io.errIsTty) io.err("\r\u001B[K");
    const runbook = runbookFor(told, contract, io.cwd);
    const names = [...files.map(({ name }) => name), options.traces ?? ""];
    if (json) io.out(`${JSON.stringify(documentOf(told, runbook, names), null, 2)}\n`);
    else io.out(diagnoseText(told, { columns: Math.max(40, Math.min(io.columns, 120)), runbook, names }));
    return statusOf(told);
  },
});

/** A run tells by itself what was done, and the logs of anything else do not belong to its experiments. */
function checkAlone(given: readonly string[], traces: string | undefined): void {
  if (given.length === 0 && traces === undefined) return;
  throw new CodedError("USAGE", "--run reads the logs of the run and no others", {
    remedy: "Leave the other logs and --traces out, or diagnose them by themselves.",
  });
}

function progressOn(io: Io): (bytes: number, bytesTotal: number) => void {
  if (!io.errIsTty) return () => {};
  return (bytes, bytesTotal) => {
    const percent = bytesTotal === 0 ? 100 : Math.floor((bytes / bytesTotal) * 100);
    io.err(
      `\rreading: ${(bytes / 1_048_576).toFixed(0)} of ${(bytesTotal / 1_048_576).toFixed(0)} MB, ${percent} %\u001B[K`,
    );
  };
}
