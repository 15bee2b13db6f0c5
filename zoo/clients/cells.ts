import type { CheckResult } from "../../packages/verify/src/report/model.ts";
import { type Share, shareOf } from "../score.ts";
import { explanations } from "./explanations.ts";
import { columns } from "./mapping.ts";
import type { Column, Kind, Reading } from "./reading.ts";
import type { Truth } from "./truth.ts";

/** What was verified of one configuration: results by contract; one whose primary method is POST has no other that posts. */
export interface VerifiedClient {
  readonly truth: Truth;
  readonly results: Readonly<Partial<Record<Kind, readonly CheckResult[]>>>;
  readonly error: string | null;
}

/** One cell of the ground truth held against our verdict. */
export interface Cell {
  readonly id: string;
  readonly column: string;
  readonly check: string;
  readonly truth: "pass" | "fail";
  readonly ours: Reading;
  readonly verdict: string;
  readonly because: string;
  readonly agrees: boolean | null;
  /** Why the two differ, for cells that disagree; empty until somebody has found out. */
  readonly explanation: string;
}

/** How verify did against the ground truth. */
export interface Agreement {
  readonly decided: Share;
  /** Of the decided cells. */
  readonly agreeing: Share;
  /** Our pass where the truth is fail. */
  readonly falsePasses: number;
}

/** Every mapped cell whose truth is pass or fail. */
export function cellsOf(client: VerifiedClient): readonly Cell[] {
  return columns.flatMap((column) => {
    const truth = column.truth(client.truth);
    if (truth === "n/a") return [];
    const results = client.results[column.by] ?? (column.by === "POST" ? client.results.primary : undefined);
    return [cellOf(client, column, truth, results ?? [])];
  });
}

function cellOf(
  { truth: { id }, error }: VerifiedClient,
  column: Column,
  truth: "pass" | "fail",
  results: readonly CheckResult[],
): Cell {
  const result = results.find((one) => one.id === column.check);
  const ours = result === undefined ? "undecided" : column.reads(result);
  const agrees = agreement(truth, ours);
  return {
    id,
    column: column.name,
    check: column.check,
    truth,
    ours,
    verdict: result?.verdict ?? "nothing",
    because: result?.because ?? error ?? "verify did not report the check",
    agrees,
    explanation: agrees === true ? "" : (explanations[`${id}: ${column.name}`] ?? ""),
  };
}

/** Not applicable where the truth is fail is a disagreement; where the truth is pass it decides nothing. */
function agreement(truth: "pass" | "fail", ours: Reading): boolean | null {
  if (ours === "undecided") return null;
  if (ours === "n/a") return truth === "fail" ? false : null;
  return ours === truth;
}

/** The numbers over all cells. */
export function agreementOf(cells: readonly Cell[]): Agreement {
  const decided = cells.filter((one) => one.agrees !== null);
  return {
    decided: shareOf(decided.length, cells.length),
    agreeing: shareOf(decided.filter((one) => one.agrees === true).length, decided.length),
    falsePasses: decided.filter((one) => one.ours === "pass" && one.truth === "fail").length,
  };
}
