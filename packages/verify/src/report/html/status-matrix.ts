import type { CheckResult } from "../../model.ts";
import type { EvidenceIndex } from "../evidence-index.ts";
import { faultText } from "../fault-text.ts";
import { counted } from "../text.ts";
import { html, type Markup } from "./markup.ts";

/** What the consumer did about one kind of answer. */
export interface MatrixCell {
  readonly answer: string;
  readonly calls: number;
  readonly retried: number;
  readonly attemptsMin: number;
  readonly attemptsMax: number;
}

/** The cells that the experiments of a check measured: attempts per call by what the provider answered. */
export function matrixCells(check: CheckResult, index: EvidenceIndex): readonly MatrixCell[] {
  const cells: MatrixCell[] = [];
  for (const experiment of index.experiments.values()) {
    const spec = experiment.program.steps[0]?.fault ?? null;
    const same = experiment.integration === check.integration && experiment.operation === check.operation;
    if (
      spec === null ||
      !same ||
      !experiment.checks.some((id) => id === check.id || id.endsWith(`/${check.id}`))
    )
      continue;
    const calls = [...index.calls.values()].filter(
      (call) => call.experiment === experiment.id && call.phase === "sample",
    );
    const attempts = calls.map(
      (call) =>
        (index.byCall.get(call.id) ?? []).filter((exchange) => exchange.operation === experiment.operation)
          .length,
    );
    if (attempts.length === 0) continue;
    cells.push({
      answer: faultText(spec),
      calls: attempts.length,
      retried: attempts.filter((count) => count > 1).length,
      attemptsMin: Math.min(...attempts),
      attemptsMax: Math.max(...attempts),
    });
  }
  return cells.toSorted((one, other) => (one.answer < other.answer ? -1 : 1));
}

/** The status matrix, for the check `classification`; `null` when nothing was measured. */
export function statusMatrix(check: CheckResult, index: EvidenceIndex): Markup | null {
  if (!/(^|\/)classification$/.test(check.id)) return null;
  const cells = matrixCells(check, index);
  if (cells.length === 0) return null;
  return html`<ul class="matrix" aria-label="What was retried">${cells.map(cellMarkup)}</ul>`;
}

function cellMarkup(cell: MatrixCell): Markup {
  const kind = cell.retried === 0 ? "once" : cell.retried === cell.calls ? "again" : "mixed";
  const told =
    kind === "once"
      ? "not retried"
      : kind === "again"
        ? "retried"
        : `retried in ${cell.retried} of ${cell.calls}`;
  const range =
    cell.attemptsMin === cell.attemptsMax
      ? counted(cell.attemptsMax, "attempt")
      : `${cell.attemptsMin}–${cell.attemptsMax} attempts`;
  return html`<li class="${kind}"><b>${cell.answer}</b> <span>${told}</span> <span class="count">${range}</span></li>`;
}
