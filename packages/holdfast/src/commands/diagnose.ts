import { relative, resolve } from "node:path";
import type { Contract } from "@holdfast/contract";
import { type DiagnosedFiles, diagnoseFiles } from "@holdfast/operate";
import { type Command, defineCommand, type ExitStatus, type Io } from "../command.ts";
import { diagnoseText } from "../diagnose-text.ts";
import { openContract } from "../open-contract.ts";
import { logsAt } from "../system-logs.ts";

/** Says what logs and traces tell of an incident: what failed first, how far it reached, and what to look at. */
export const diagnose: Command = defineCommand({
  name: "diagnose",
  summary: "Says what failed first in logs and traces, with the lines that show it.",
  example: "holdfast diagnose checkout.log gateway.log.gz --contract holdfast.yaml",
  arguments: [
    {
      name: "logs",
      doc: "Logs, or folders of them: JSON, logfmt or text, also with gzip.",
      optional: true,
      rest: true,
    },
  ],
  options: {
    traces: { kind: "text", value: "file", doc: "Traces in OTLP JSON, read together with the logs." },
    run: { kind: "text", value: "id", doc: "Reads the logs that a run of holdfast verify kept." },
    contract: { kind: "text", value: "file", doc: "A contract, whose runbook for what failed is named." },
  },
  run: async ({ arguments: given, options }, io) => {
    const json = (options as { json?: boolean }).json === true;
    const files = logsAt(given, options.run, io.cwd);
    const contract =
      options.contract === undefined ? undefined : await openContract(options.contract, json, io);
    if (contract === null) return 2;
    const traces =
      options.traces === undefined
        ? {}
        : { traces: { path: resolve(io.cwd, options.traces), name: options.traces } };
    const told = await diagnoseFiles({ files, ...traces, signal: io.signal, progress: progressOn(io) });
    if (io.errIsTty) io.err("\r\u001B[K");
    const runbook = runbookFor(told, contract, io.cwd);
    const names = [...files.map(({ name }) => name), options.traces ?? ""];
    if (json) io.out(`${JSON.stringify(documentOf(told, runbook, names), null, 2)}\n`);
    else io.out(diagnoseText(told, { columns: Math.max(40, Math.min(io.columns, 120)), runbook, names }));
    return statusOf(told);
  },
});

/** 1 when something fails or was found; 3 when there was nothing to read, or what fails cannot be named. */
function statusOf({ diagnosis }: DiagnosedFiles): ExitStatus {
  if (diagnosis.entries === 0) return 3;
  if (diagnosis.verdict === "failing") return 1;
  if (diagnosis.verdict === "undecided") return 3;
  return diagnosis.findings.some(({ certainty }) => certainty === "certain") ? 1 : 0;
}

function documentOf(
  { diagnosis, files }: DiagnosedFiles,
  runbook: string | null,
  names: readonly string[],
): object {
  const { cause, ...rest } = diagnosis;
  return {
    schemaVersion: 1,
    verdict: rest.verdict,
    cause: cause === null ? null : { ...cause, runbook },
    hypotheses: rest.hypotheses,
    findings: rest.findings,
    read: { entries: rest.entries, fromMs: rest.fromMs, toMs: rest.toMs, files, names },
  };
}

/** The runbook that the contract names for the integration that failed. */
function runbookFor(
  { diagnosis }: DiagnosedFiles,
  contract: Contract | undefined,
  cwd: string,
): string | null {
  const named = diagnosis.cause?.dependency ?? null;
  if (contract === undefined || diagnosis.cause === null) return null;
  const { integrations } = contract;
  const found =
    integrations.find(({ name }) => name === named) ??
    // Logs that do not use the contract's word mean the only integration there is.
    (named === null || named.includes("provider")
      ? integrations.find(() => integrations.length === 1)
      : undefined);
  const path = found?.runbook?.path;
  return path === undefined ? null : relative(cwd, path) || path;
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
