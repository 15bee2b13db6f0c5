import type { Evidence, ObservedCall } from "./model.ts";

/** How long an attempt to connect lasted, and whether it was seen to be given up. */
export interface Wait {
  readonly call: ObservedCall;
  readonly waitedMs: number;
  readonly givenUp: boolean;
  /** False when the next attempt alone shows that it was given up: the pause between them is in the wait then. */
  readonly exact: boolean;
  /** How long the socket itself went on, at least. */
  readonly socketMs: number;
}

/** What was seen of those who tried to connect while a call ran under a fault that let nobody in. */
export function holeOf(
  call: ObservedCall,
  { blackHoles, handshakes }: Evidence,
): { readonly counted: boolean; readonly connects: readonly SeenConnect[] } | null {
  const own = ({ armedCall }: { readonly armedCall: string | null }): boolean => armedCall === call.id;
  const hole = blackHoles.find(own);
  if (hole !== undefined) return hole;
  const shown = handshakes.find(own);
  // The proxy itself accepted them: none can have been overlooked.
  return shown === undefined ? null : { counted: true, connects: shown.connects };
}

interface SeenConnect {
  readonly beganMs: number;
  readonly endedMs: number | null;
}

/** The attempts to connect of a call: each lasts until its socket is gone, another one begins or the caller is answered. */
export function waitsOf(call: ObservedCall, evidence: Evidence): Wait[] {
  const answeredMs = call.endedMs ?? call.watchedUntilMs;
  const connects = (holeOf(call, evidence)?.connects ?? []).filter(
    ({ beganMs, endedMs }) => beganMs < answeredMs && (endedMs ?? answeredMs) > call.startedMs,
  );
  return connects.map(({ beganMs, endedMs }, index) => {
    const sinceMs = Math.max(beganMs, call.startedMs);
    const ownMs = Math.min(endedMs ?? Number.POSITIVE_INFINITY, call.endedMs ?? Number.POSITIVE_INFINITY);
    const nextMs = connects[index + 1]?.beganMs ?? Number.POSITIVE_INFINITY;
    const untilMs = Math.min(ownMs, nextMs);
    const givenUp = untilMs < Number.POSITIVE_INFINITY;
    const waitedMs = Math.max(0, (givenUp ? untilMs : call.watchedUntilMs) - sinceMs);
    const socketMs = (endedMs ?? call.watchedUntilMs) - beganMs;
    return { call, waitedMs, givenUp, exact: ownMs <= nextMs, socketMs };
  });
}
