import { TimeoutStrategy, timeout } from "cockatiel";
import { createRuntime, policy, resilient } from "../../packages/resilience/src/index.ts";
import { OpossumBreaker } from "../resilience/opossum.ts";
import { ours, type Run, type Runs, type Seen } from "./scenario.ts";

/** A timeout, whichever library it is from; the function is given the signal that it can heed. */
export interface Timed {
  call(work: (signal: AbortSignal) => Promise<unknown>): Promise<unknown>;
  end(): void;
}

function cockatielTimed(ms: number): Timed {
  const timed = timeout(ms, TimeoutStrategy.Aggressive);
  return { call: (work) => timed.execute(({ signal }) => work(signal)), end() {} };
}

function opossumTimed(ms: number): Timed {
  const settings = { timeout: ms, errorThresholdPercentage: 100, autoRenewAbortController: true };
  const timed: OpossumBreaker = new OpossumBreaker(
    (work: (signal: AbortSignal) => unknown) => work(timed.getSignal() ?? AbortSignal.abort()),
    settings,
  );
  return { call: (work) => timed.fire(work), end: () => timed.shutdown() };
}

function ownTimed(ms: number): Timed {
  const runtime = createRuntime();
  const document = policy({ name: "timed", attemptTimeout: ms });
  const call = resilient(
    document,
    (context, work: (signal: AbortSignal) => Promise<unknown>) => work(context.signal),
    { runtime },
  );
  return { call: (work) => call(work), end: () => runtime.dispose() };
}

/** Plays a scenario on every library that has a timeout for a function. */
export function onTimeouts(ms: number, scenario: (timed: Timed) => Promise<Seen>): Runs {
  const on =
    (make: (ms: number) => Timed): Run =>
    async () => {
      const timed = make(ms);
      try {
        return await scenario(timed);
      } finally {
        timed.end();
      }
    };
  return { cockatiel: on(cockatielTimed), opossum: on(opossumTimed), [ours]: on(ownTimed) };
}
