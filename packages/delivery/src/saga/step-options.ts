import type { MessageDefinition } from "../message.ts";
import type { SchemaOutput, StandardSchema } from "../standard-schema.ts";
import type { StepContext, UndoContext } from "./context.ts";
import type { Kept } from "./kept.ts";
import type { ForeverRetry, LimitedRetry } from "./retry-policy.ts";

interface Timed {
  /** How long one call may take, in milliseconds; its outcome then counts as unknown. Default: 30,000. */
  readonly timeoutMs?: number;
}

/** A step before the pivot: what it did can be taken back. */
export interface CompensatableStep<State, Result> extends Timed {
  readonly do: (state: State, context: StepContext) => Result | Promise<Result>;
  /**
   * Takes it back. It runs for every step that was started: `result` is undefined when nobody knows whether `do` happened, and it must
   * go well when `do` never did. It is called until it does.
   */
  readonly undo: (state: State, result: Kept<Result> | undefined, context: UndoContext) => unknown;
  /** Default: 5 attempts from 1 s on, at most 5 min apart. Then the saga goes back. */
  readonly retry?: LimitedRetry | ForeverRetry;
}

/** The pivot, and what comes after it: there is no way back, so there is no `undo` and no limit to trying. */
export interface ForwardStep<State, Result> extends Timed {
  readonly do: (state: State, context: StepContext) => Result | Promise<Result>;
  readonly undo?: never;
  /** Default: `forever()`. */
  readonly retry?: ForeverRetry;
}

/** How a lock is waited for. */
export interface LockOptions {
  /** Default: 30 attempts from 250 ms on, at most 4 s apart. Then the saga goes back. */
  readonly retry?: LimitedRetry;
}

/** A wait for a message. */
export interface WaitOptions<Schema extends StandardSchema, Else> {
  /** The message; sagas take it through a consumer of their own. */
  readonly for: MessageDefinition<string, Schema>;
  /** The id of the saga that a message is for; null when it is for none. */
  readonly match: (data: SchemaOutput<Schema>) => string | null;
  /** How long to wait: `14d`, or milliseconds. */
  readonly by: string | number;
  /**
   * What then: `escalate` marks the saga as stuck and waits on; `compensate` goes back; `continue` goes on without; a step runs in the
   * reply's place, and its result is the wait's.
   */
  readonly else: Else;
}
