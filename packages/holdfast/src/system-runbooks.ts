import { existsSync, readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import type { Contract } from "@holdfast/contract";
import { CodedError } from "@holdfast/core";
import {
  lintRunbook,
  plainNames,
  queryNames,
  type RunbookFinding,
  readRuleFiles,
  readShape,
} from "@holdfast/operate";

/** Holds a runbook against its rules; links are looked up from its folder. */
export function checkRunbook(
  file: string,
  of: { readonly reviewedDaysMax: number; readonly metrics: readonly string[] },
): readonly RunbookFinding[] {
  return lintRunbook(textOf(file), {
    metrics: [...queryNames, ...plainNames, ...of.metrics],
    today: new Date().toISOString().slice(0, 10),
    reviewedDaysMax: of.reviewedDaysMax,
    exists: (path) => existsSync(resolve(dirname(file), path)),
  });
}

/** The metrics that the rules of a contract record or read: Prometheus has them, or somebody means it to. */
export function ruleMetrics(operations: Contract["operations"]): readonly string[] {
  const files = (operations?.rules ?? []).map(({ path }) => ({ path, text: textOf(path) }));
  const { rules } = readRuleFiles(files);
  const names = rules.flatMap(({ kind, name, expr }) => [
    ...(kind === "record" ? [name] : []),
    ...readShape(expr).reads.map(({ metric }) => metric),
  ]);
  return [...new Set(names)].filter((name) => name !== "");
}

function textOf(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (cause) {
    throw new CodedError("USAGE", `${file} cannot be read: ${(cause as Error).message}`, {
      remedy: "Name files that are there, or mend `runbook` and `operations.rules` in the contract.",
      cause,
    });
  }
}
