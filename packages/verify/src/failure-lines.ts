import { logSignature } from "./log-signature.ts";
import type { ObservedCall } from "./model.ts";

/** A line that a failure left, with its signature. */
export interface FailureLine {
  readonly line: string;
  readonly signature: string;
}

/** A healthy call now and then that was slow and tried again does not make its failure a healthy line. */
const usualShare = 0.2;

/** What tells the lines of failures: those that healthy calls do not leave. */
export function failureLines(healthy: readonly ObservedCall[]): (call: ObservedCall) => FailureLine[] {
  const smooth = healthy.filter((call) => call.log !== null && call.attempts.length <= 1);
  const calls = smooth.length > 0 ? smooth : healthy;
  const usual = signaturesIn(calls.map(linesOf), (count) => count > calls.length * usualShare);
  return (call) => linesOf(call).filter(({ signature }) => !usual.has(signature));
}

function linesOf(call: ObservedCall): FailureLine[] {
  const ids = [call.id, call.traceId, call.correlation ?? ""];
  return (call.log?.excerpt ?? []).map((line) => ({ line, signature: logSignature(line, ids) }));
}

/** Signatures that at least half of the calls left: what one call alone left is not what the failure looks like. */
export function usualSignatures(calls: readonly (readonly FailureLine[])[]): Set<string> {
  return signaturesIn(calls, (count) => count >= calls.length / 2);
}

function signaturesIn(
  calls: readonly (readonly FailureLine[])[],
  isUsual: (count: number) => boolean,
): Set<string> {
  const counts = new Map<string, number>();
  for (const signature of calls.flatMap((lines) => [...new Set(lines.map((one) => one.signature))])) {
    counts.set(signature, (counts.get(signature) ?? 0) + 1);
  }
  return new Set([...counts].filter(([, count]) => isUsual(count)).map(([signature]) => signature));
}
