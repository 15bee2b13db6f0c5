import type { DeliveryEvent, Emit } from "../events.ts";
import { type HeldSaga, stepAt } from "./held.ts";
import { directionOf, type Happening, isCalling, isGoingBack } from "./saga-state.ts";

/** Reports what a kept change means: how the call or the wait ended, and where the saga stands now. */
export function reportChange(
  emit: Emit,
  before: HeldSaga,
  after: HeldSaga,
  event: Happening,
  error: unknown,
): void {
  if (before.state === after.state) return;
  const ended = isCalling(before.state) ? endOfCall(before, event, error) : endOfWait(before, after, event);
  const now = [
    isGoingBack(after.state) && !isGoingBack(before.state) ? turned(before) : null,
    standing(before, after),
  ];
  for (const one of [ended, ...now]) if (one !== null) emit(one);
}

interface About {
  readonly saga: string;
  readonly name: string;
  readonly step: string;
}

function about(held: HeldSaga): About {
  const { id, definition, state } = held;
  const step = "at" in state ? stepAt(held, state.at).name : "";
  return { saga: id, name: definition.name, step };
}

function endOfCall(before: HeldSaga, event: Happening, error: unknown): DeliveryEvent | null {
  const { state } = before;
  if (!isCalling(state)) return null;
  const undoing = directionOf(state) === "undo";
  switch (event.type) {
    case "succeeded":
      return { type: undoing ? "saga.step-undone" : "saga.step-done", ...about(before) };
    case "failed":
      return {
        type: undoing ? "saga.undo-failed" : "saga.step-failed",
        ...about(before),
        error,
        failures: state.failures + 1,
      };
    case "crashed":
      return { type: "saga.call-lost", ...about(before) };
    default:
      return null;
  }
}

function endOfWait(before: HeldSaga, after: HeldSaga, event: Happening): DeliveryEvent | null {
  const { state } = before;
  if (!("at" in state)) return null;
  if (after.state.marks[state.at] === "replied") return { type: "saga.replied", ...about(before) };
  return event.type === "expired" ? { type: "saga.wait-over", ...about(before) } : null;
}

function turned(before: HeldSaga): DeliveryEvent {
  return { type: "saga.compensating", ...about(before) };
}

function standing({ state: from }: HeldSaga, after: HeldSaga): DeliveryEvent | null {
  const { id, definition, state } = after;
  switch (state.status) {
    case "waiting":
      return { type: "saga.waiting", ...about(after) };
    case "stuck":
      return from.status === "stuck" ? null : { type: "saga.stuck", during: state.during, ...about(after) };
    case "completed":
      return { type: "saga.completed", saga: id, name: definition.name };
    case "compensated":
      return { type: "saga.compensated", saga: id, name: definition.name };
    default:
      return null;
  }
}
