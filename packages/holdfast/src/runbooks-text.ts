import type { RunbookFinding } from "@holdfast/operate";

/** A runbook that was looked at; its file as the reader names it. */
export interface CheckedRunbook {
  readonly file: string;
  readonly findings: readonly RunbookFinding[];
}

/** What runbooks lack, for people: the place, what is wrong, and how to mend it. */
export function runbooksText(checked: readonly CheckedRunbook[]): string {
  const told = checked.flatMap(({ file, findings }) =>
    findings.map(
      ({ line, severity, rule, says, remedy }) =>
        `${file}:${line} ${severity} ${rule}\n  ${says}\n  Remedy: ${remedy}\n`,
    ),
  );
  const all = checked.flatMap(({ findings }) => findings);
  const count = (severity: RunbookFinding["severity"]): number =>
    all.filter((finding) => finding.severity === severity).length;
  const errors = count("error");
  const runbooks = checked.length === 1 ? "1 runbook" : `${checked.length} runbooks`;
  return [
    ...told,
    `${runbooks}: ${errors === 1 ? "1 error" : `${errors} errors`}, ${count("advice")} advice\n`,
  ].join("\n");
}
