import type { Attempt } from "./call.ts";
import { errorOf, failHeld, succeed } from "./ending.ts";
import { outcomeOf } from "./failing.ts";
import type { Pipe } from "./pipe.ts";

/** See `CallContext.hold`. The first release counts, and one that comes before the answer takes the hold back. */
export function holdAttempt(pipe: Pipe, attempt: Attempt): (failure?: unknown) => void {
  const { epoch } = attempt;
  attempt.held = true;
  return (error) => {
    if (attempt.epoch !== epoch || attempt.abandoned) return;
    if (!attempt.handed) {
      attempt.held = false;
      return;
    }
    const { call } = attempt;
    const failure =
      error === undefined ? null : pipe.classify({ threw: true, error, wallMs: pipe.runtime.wallMs });
    if (failure === null) {
      succeed(pipe, attempt, call);
      return;
    }
    const message = "the answer broke off after it was handed over";
    const end = errorOf(pipe, call, "FAILED", message, { cause: error, failure });
    failHeld(pipe, attempt, call, end, outcomeOf(failure));
  };
}
