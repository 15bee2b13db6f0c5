import { type KeptLine, keep } from "../failure-group.ts";
import type { Finder, Seen } from "../finding.ts";
import { Generations } from "../generations.ts";

const callsMax = 10_000;

/** An answer arrives for a call that had timed out: nobody told the attempt that it is not waited for any more. */
export const lateWork: Finder = {
  id: "timeout-without-cancellation",
  question: "Does work go on after its timeout?",
  guide: "timeouts",
  watch: () => {
    const timedOut = new Generations<TimedOut>(callsMax);
    let calls = 0;
    const lines: KeptLine[] = [];
    return {
      entry: (seen) => {
        const before = lateAfter(timedOut, seen);
        if (before === null) return;
        calls++;
        if (lines.length < 3) lines.push(before, keep(seen.entry));
      },
      end: () =>
        calls === 0
          ? []
          : [
              {
                certainty: "certain" as const,
                says: `${calls} attempt${calls === 1 ? "" : "s"} went on after the timeout and got an answer that nobody waited for`,
                next: "Give the attempt's signal to the client, so that a timeout ends the request and its connection.",
                lines,
              },
            ],
    };
  },
};

interface TimedOut {
  readonly line: KeptLine;
  readonly attempt: number;
}

/** The timeout after which this answer comes; `null` for everything else. */
function lateAfter(timedOut: Generations<TimedOut>, { entry, sign, call }: Seen): KeptLine | null {
  if (call === null) return null;
  const attempt = Number(entry.told.attempt) || 0;
  if (sign.kind === "failure" && sign.class.id === "timeout")
    timedOut.set(call.id, { line: keep(entry), attempt });
  // Only an attempt that is told apart can be late: the answer of the next one comes after a timeout as well.
  if (sign.kind !== "success" || attempt === 0) return null;
  const before = timedOut.get(call.id);
  if (before === undefined || attempt > before.attempt) return null;
  timedOut.delete(call.id);
  return before.line;
}
