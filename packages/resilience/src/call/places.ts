import type { Call } from "./call.ts";
import type { CallRuntime } from "./call-runtime.ts";
import type { PolicyState } from "./policy-state.ts";

/** Gives a place back; whoever waits longest has it from now on and starts. */
export function leavePlace(runtime: CallRuntime, { bulkhead }: PolicyState): void {
  const next = bulkhead?.leave() ?? null;
  // Whoever waits in the bulkhead of a policy is a call.
  if (next !== null) runtime.start(next as Call);
}
