import { relative } from "node:path";
import type { Contract } from "@holdfast/contract";
import type { DiagnosedFiles } from "@holdfast/operate";
import type { ExitStatus } from "./command.ts";

/** 1 when something fails or was found; 3 when there was nothing to read, or what fails cannot be named. */
export function statusOf({ diagnosis }: DiagnosedFiles): ExitStatus {
  if (diagnosis.entries === 0) return 3;
  if (diagnosis.verdict === "failing") return 1;
  if (diagnosis.verdict === "undecided") return 3;
  return diagnosis.findings.some(({ certainty }) => certainty === "certain") ? 1 : 0;
}

/** A diagnosis as JSON tells it. */
export function documentOf(
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
export function runbookFor(
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
