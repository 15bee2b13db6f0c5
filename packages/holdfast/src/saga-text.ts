import type { SagaStepView, SagaSummary, SagaView } from "@holdfast/delivery/operations";
import { counted, cut, headline, oneLine, plainLines, spoken } from "./plain-text.ts";

/** Sagas as a list: one line each, and a second one for what fails, in so many columns. */
export function sagasText(
  sagas: readonly SagaSummary[],
  { nowMs, more, columns }: { readonly nowMs: number; readonly more: boolean; readonly columns: number },
): string {
  const lines = sagas.flatMap((saga) => {
    const head = `${saga.status.padEnd(12)} ${spoken(Math.max(0, nowMs - saga.changedMs)).padStart(7)} ago  ${oneLine(saga.id)}  ${placeOf(saga)}`;
    const trouble = troubleOf(saga);
    return [cut(head, columns), ...(trouble === "" ? [] : [cut(`    ${trouble}`, columns)])];
  });
  const foot = more
    ? `${counted(sagas.length, "saga")}, and there are more: raise --limit, or narrow the filter.`
    : `${counted(sagas.length, "saga")}.`;
  return `${[...lines, foot].join("\n")}\n`;
}

function placeOf({ name, step }: SagaSummary): string {
  return step === null ? name : `${name} at ${step}`;
}

function troubleOf({ during, failures, error, endedMs }: SagaSummary): string {
  if (endedMs !== null) return "";
  return [
    during === null ? "" : `while ${during}`,
    failures === 0 ? "" : `failed ${failures === 1 ? "once" : `${failures} times`}`,
    error === null ? "" : headline(error),
  ]
    .filter((part) => part !== "")
    .join(", ");
}

/** One saga, whole; its input and results where they were asked for. */
export function sagaText(
  saga: SagaView,
  { payload, nowMs }: { readonly payload: boolean; readonly nowMs: number },
): string {
  const fields: readonly (readonly [string, string])[] = [
    ["saga", oneLine(saga.id)],
    ["name", `${saga.name}, definition ${saga.definition}`],
    ["status", saga.during === null ? saga.status : `${saga.status} while ${saga.during}`],
    ["started", at(saga.createdMs, nowMs)],
    ["changed", at(saga.changedMs, nowMs)],
    ...(saga.endedMs === null ? [] : [["ended", at(saga.endedMs, nowMs)] as const]),
    ["next", nextOf(saga)],
  ];
  const width = Math.max(...fields.map(([name]) => name.length));
  const nameWidth = Math.max(...saga.steps.map(({ name }) => name.length));
  return [
    ...fields.map(([name, value]) => `${name.padEnd(width)}  ${value}`),
    "",
    "steps",
    ...saga.steps.flatMap((step) => stepLines(step, step.name === saga.step, nameWidth, payload)),
    ...(saga.error === null ? [] : ["", "last failure", ...indented(saga.error)]),
    ...(payload ? ["", "input", ...indented(saga.input)] : ["", "--payload shows input and results"]),
    "",
  ].join("\n");
}

function at(ms: number, nowMs: number): string {
  return `${new Date(ms).toISOString()}, ${spoken(Math.max(0, nowMs - ms))} ago`;
}

function nextOf({ held, dueInMs, endedMs }: SagaView): string {
  if (endedMs !== null) return "nothing: it is over";
  if (held) return "a worker has it";
  if (dueInMs === null) return "nothing by itself: it waits for a message, or for holdfast saga retry";
  if (dueInMs > 0) return `in ${spoken(dueInMs)}`;
  const overdue =
    -dueInMs < 5_000 ? "" : `, for ${spoken(-dueInMs)}: no worker runs, or none knows its definition`;
  return `due${overdue}`;
}

function stepLines(
  step: SagaStepView,
  isNext: boolean,
  nameWidth: number,
  payload: boolean,
): readonly string[] {
  const { name, kind, mark, calls, failures, undoCalls, undoFailures, result, error } = step;
  const told = [
    mark === "untouched" ? "" : mark,
    calls === 0 ? "" : `${counted(calls, "call")}${failures === 0 ? "" : `, ${failures} failed`}`,
    undoCalls === 0
      ? ""
      : `${counted(undoCalls, "undo call")}${undoFailures === 0 ? "" : `, ${undoFailures} failed`}`,
  ].filter((part) => part !== "");
  return [
    `  ${isNext ? ">" : " "} ${name.padEnd(nameWidth)}  ${kind.padEnd(5)}  ${told.join("; ")}`.trimEnd(),
    ...(error === null ? [] : [`      ${cut(headline(error), 74)}`]),
    ...(payload && result !== null ? [`      ${oneLine(result)}`] : []),
  ];
}

function indented(text: string): readonly string[] {
  return plainLines(text).map((line) => `    ${line}`);
}
