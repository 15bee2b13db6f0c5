import type { MessageDefinition } from "../message.ts";
import type { StandardSchema } from "../standard-schema.ts";
import type { StepContext, UndoContext } from "./context.ts";
import type { Otherwise, SagaPlan } from "./plan.ts";
import type { SagaRetry } from "./retry-policy.ts";

/** Input and results by name, as `do` and `undo` see them. */
export type SagaData = Readonly<Record<string, unknown>>;

/** What an element calls. */
export interface StepWork {
  readonly do: (state: SagaData, context: StepContext) => unknown;
  /** The resource that it locks, for as long as the saga lasts; `do` and `undo` are then the store's own. */
  readonly lock: ((state: SagaData) => string) | null;
  readonly undo: ((state: SagaData, result: unknown, context: UndoContext) => unknown) | null;
  readonly retry: SagaRetry;
  readonly timeoutMs: number;
}

/** What an element waits for; a pause has no message. */
export interface StepWait {
  readonly type: string | null;
  readonly message: MessageDefinition | null;
  readonly match: (data: unknown) => string | null;
  readonly byMs: number;
  readonly otherwise: Otherwise | null;
}

/** One element of a saga, with the types that its author saw taken off. */
export interface StepDefinition {
  readonly name: string;
  readonly kind: "step" | "pivot" | "wait" | "pause";
  /** Null for a wait without a step of its own. */
  readonly work: StepWork | null;
  readonly wait: StepWait | null;
}

/** A saga as data. What runs keeps the hash that it began with, and goes on under the definition that has it. */
export interface SagaDefinition<Given = unknown> {
  readonly name: string;
  readonly schema: StandardSchema<Given, object>;
  readonly steps: readonly StepDefinition[];
  /** Of name, version and the elements' names, kinds and order; not of times and limits, which may be tuned while sagas run. */
  readonly hash: string;
  readonly previous: readonly SagaDefinition[];
}

/** The definition as the state machine sees it. */
export function planOf({ steps }: Pick<SagaDefinition, "steps">): SagaPlan {
  return steps.map(({ kind, work, wait }) => ({
    kind,
    undoable: work !== null && work.undo !== null,
    attemptsMax: work?.retry.attemptsMax ?? Number.POSITIVE_INFINITY,
    stuckAfter: work?.retry.stuckAfter ?? 1,
    otherwise: wait?.otherwise ?? null,
  }));
}
