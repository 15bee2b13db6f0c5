import { existsSync, readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { CodedError } from "@holdfast/core";
import { lintRunbook, queryNames, type RunbookFinding } from "@holdfast/operate";

/** Holds a runbook against its rules; links are looked up from its folder. */
export function checkRunbook(
  file: string,
  of: { readonly reviewedDaysMax: number; readonly metrics: readonly string[] },
): readonly RunbookFinding[] {
  return lintRunbook(textOf(file), {
    metrics: [...queryNames, ...of.metrics],
    today: new Date().toISOString().slice(0, 10),
    reviewedDaysMax: of.reviewedDaysMax,
    exists: (path) => existsSync(resolve(dirname(file), path)),
  });
}

function textOf(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (cause) {
    throw new CodedError("USAGE", `${file} cannot be read: ${(cause as Error).message}`, {
      remedy: "Name runbooks that are there, or mend `runbook` in the contract.",
      cause,
    });
  }
}
