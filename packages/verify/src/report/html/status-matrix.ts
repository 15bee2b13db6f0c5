import type { CallRecord, Experiment } from "../../model.ts";
import { finalStatuses } from "../../status-matrix.ts";
import type { EvidenceIndex } from "../evidence-index.ts";
import { isOf } from "../examples.ts";
import { faultText } from "../fault-text.ts";
import type { CheckResult } from "../model.ts";
import { counted } from "../text.ts";
import { mark } from "./marks.ts";
import { html, type Markup } from "./markup.ts";

/** What the consumer did about one kind of answer. */
export interface MatrixCell {
  readonly answer: string;
  /** Whether sending the same again rarely helps. */
  readonly final: boolean;
  readonly calls: number;
  readonly retried: number;
  readonly attemptsMin: number;
  readonly attemptsMax: number;
}

/** The status matrix, for the check `classification`; `null` when nothing was measured. */
export function statusMatrix(check: CheckResult, index: EvidenceIndex): Markup | null {
  if (!/(^|\/)classification$/.test(check.id)) return null;
  const cells = matrixCells(check, index);
  if (cells.length === 0) return null;
  const [final, passing] = [cells.filter((cell) => cell.final), cells.filter((cell) => !cell.final)];
  return html`<div class="matrices">${group("Answers after which another attempt rarely helps", final, check)}${group("Failures that may pass", passing, check)}</div>`;
}

/** The cells that the experiments of a check measured: attempts per call by what the provider did. */
export function matrixCells(check: CheckResult, index: EvidenceIndex): readonly MatrixCell[] {
  const cells = new Map<string, MatrixCell>();
  for (const experiment of index.experiments.values()) {
    const cell = isOf(experiment, check) ? cellOf(experiment, index) : null;
    if (cell === null) continue;
    const known = cells.get(cell.answer);
    if (known === undefined || isOnce(experiment)) cells.set(cell.answer, cell);
  }
  return [...cells.values()].toSorted((one, other) => (one.answer < other.answer ? -1 : 1));
}

/** One failure and then health tells best what is retried; endless failures also meet caps. */
function isOnce(experiment: Experiment): boolean {
  return experiment.program.steps[0]?.times === 1;
}

function cellOf(experiment: Experiment, index: EvidenceIndex): MatrixCell | null {
  const spec = experiment.program.steps[0]?.fault ?? null;
  const calls = [...index.calls.values()].filter(
    (call) => call.experiment === experiment.id && call.phase === "sample",
  );
  if (spec === null || calls.length === 0) return null;
  const attempts = calls.map((call) => attemptsOf(call, experiment, index));
  const status = spec["status"];
  return {
    answer: faultText(spec),
    final: (finalStatuses as readonly unknown[]).includes(status),
    calls: attempts.length,
    retried: attempts.filter((count) => count > 1).length,
    attemptsMin: Math.min(...attempts),
    attemptsMax: Math.max(...attempts),
  };
}

/** A refused attempt never reaches the proxy: whatever arrives after it is another one. */
function attemptsOf(call: CallRecord, experiment: Experiment, index: EvidenceIndex): number {
  const seen = (index.byCall.get(call.id) ?? []).filter(
    (exchange) => exchange.operation === experiment.operation,
  );
  const refused =
    experiment.program.steps[0]?.fault?.kind === "refuse" && seen.every((one) => one.firedMs === null);
  return refused ? seen.length + 1 : seen.length;
}

function group(title: string, cells: readonly MatrixCell[], check: CheckResult): Markup {
  return html`${cells.length > 0 && html`<div><p class="matrix-title">${title}</p><ul class="matrix">${cells.map((cell) => cellMarkup(cell, isNamed(cell, check)))}</ul></div>`}`;
}

/** Whether the verdict holds this cell against the consumer: its sentence names the answer. */
function isNamed(cell: MatrixCell, check: CheckResult): boolean {
  const words = check.because.split(/[^A-Za-z0-9-]+/);
  return (check.verdict === "fail" || check.verdict === "advice") && words.includes(cell.answer);
}

function cellMarkup(cell: MatrixCell, named: boolean): Markup {
  const all = cell.retried === cell.calls;
  const told =
    cell.retried === 0 ? "not retried" : all ? "retried" : `retried in ${cell.retried} of ${cell.calls}`;
  const range =
    cell.attemptsMin === cell.attemptsMax
      ? counted(cell.attemptsMax, "attempt")
      : `${cell.attemptsMin}–${cell.attemptsMax} attempts`;
  const kind = named ? "wrong" : cell.retried === 0 ? "once" : "again";
  return html`<li class="${kind}"><b>${cell.answer}</b><span class="told">${named && mark("fail")}${told}</span><span class="count">${range}</span></li>`;
}
