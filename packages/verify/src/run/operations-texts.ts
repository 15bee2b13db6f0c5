import { readFileSync, statSync } from "node:fs";
import type { Contract, NamedFile } from "@holdfast/contract";
import { CodedError } from "@holdfast/core";
import type { KeptText, OperationsTexts } from "../model.ts";

/** Larger files are hardly rules or a dashboard, and are kept with the run. */
const bytesMax = 2_000_000;

/** The texts of the files that `operations` names; `null` where it names none. */
export function operationsTexts({ operations }: Pick<Contract, "operations">): OperationsTexts | null {
  if (operations === null) return null;
  return { rules: operations.rules.map(keptText), dashboards: operations.dashboards.map(keptText) };
}

function keptText({ path, written }: NamedFile): KeptText {
  try {
    if (statSync(path).size > bytesMax) throw new RangeError(`more than ${bytesMax / 1e6} MB`);
    return { path: written, text: new TextDecoder("utf-8", { fatal: true }).decode(readFileSync(path)) };
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new CodedError(
      "OPERATIONS_UNREADABLE",
      `${written}, which operations names, cannot be read: ${why}`,
      {
        remedy:
          "Check the file and its permissions, or name only alerting rules and dashboards in operations.",
        details: { path },
        cause,
      },
    );
  }
}
