import type { TraceContext } from "@holdfast/core";
import type { CallContext } from "../context.ts";
import type { Call } from "./call.ts";

/**
 * Stands around the calls of a runtime, for what must hold inside their functions, as the active span of a trace must. Events cannot
 * do that: whoever hears them is not on the way of the call.
 */
export interface Around {
  /**
   * A call begins, in the async context of its caller; its attempts may begin in that of anybody. What is left in `call.scope` is
   * there at each attempt. `resolve` and `reject` may be wrapped. Must not throw.
   */
  enter(call: Call): void;
  /** Calls `work`, the first step of an attempt's function, exactly once, and ends as it does. */
  run(call: Call, context: CallContext, work: () => unknown): unknown;
  /** The span that is made for an attempt under way; `null` where there is none. Must not throw. */
  spanOf(context: CallContext): TraceContext | null;
}
