import type { Message } from "../message.ts";

/** What `do` and `undo` are given beside the saga's data. */
export interface StepContext {
  /** The saga's id. */
  readonly sagaId: string;
  /**
   * The key under which the effect happens once: the same at every attempt, in every process. Pass it to the service that is called.
   * `saga:<id>:<step>` for `do`, and `saga:<id>:<step>:undo` for `undo`.
   */
  readonly key: string;
  /** Aborts when the step's time is over, when the worker lost the saga to another one, and when it ends. */
  readonly signal: AbortSignal;
  /** The trace that the saga goes on with, a span for each call, as headers to spread into a request; empty where it was started without. */
  readonly traceHeaders: Readonly<Record<string, string>>;
  /** Which call this is, from 1; calls whose worker died are counted. */
  readonly attempt: number;
  /** Sends a message when, and only when, the result of this call is kept: in the same transaction. */
  publish(message: Message): void;
}

/** What `undo` is given. */
export interface UndoContext extends StepContext {
  /**
   * The key that `do` was given. Where the result is unknown, `do` may never have arrived, or arrive after this: a service that marks
   * the key as void refuses the late one.
   */
  readonly doKey: string;
}
