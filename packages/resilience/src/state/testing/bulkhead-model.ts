/** Who has a place and who waits, by name. */
export interface BulkheadState {
  readonly active: readonly number[];
  readonly queue: readonly number[];
}

/** What can happen to a bulkhead. */
export type BulkheadEvent = { readonly do: "enter" | "leave" | "remove"; readonly who: number };

/** The state after an event, and what the bulkhead answers: `leave` names who has the place now. */
export function bulkheadModel(
  { active, queue }: BulkheadState,
  event: BulkheadEvent,
  limits: { readonly concurrent: number; readonly queue: number },
): { readonly state: BulkheadState; readonly answer: string | number | boolean | null } {
  const { who } = event;
  if (event.do === "enter") {
    if (active.length < limits.concurrent) {
      return { state: { active: [...active, who], queue }, answer: "entered" };
    }
    if (queue.length < limits.queue) return { state: { active, queue: [...queue, who] }, answer: "queued" };
    return { state: { active, queue }, answer: "full" };
  }
  if (event.do === "remove") {
    return { state: { active, queue: queue.filter((other) => other !== who) }, answer: queue.includes(who) };
  }
  const [next, ...rest] = queue;
  const others = active.filter((other) => other !== who);
  if (next === undefined) return { state: { active: others, queue }, answer: null };
  return { state: { active: [...others, next], queue: rest }, answer: next };
}
