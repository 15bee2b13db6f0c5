/**
 * Who may act now: instances start (noisy) or quiet samples are in flight, never both. Starts go first; once quiet samples have
 * begun, all that wait finish before the next start, so that both come in batches.
 */
export interface Turns {
  readonly phase: "starts" | "quiet";
  readonly starting: number;
  readonly quiet: number;
  readonly waitingStarts: number;
  readonly waitingQuiet: number;
}

/** Nobody acts, nobody waits. */
export const noTurns: Turns = { phase: "starts", starting: 0, quiet: 0, waitingStarts: 0, waitingQuiet: 0 };

/** Somebody asks for a turn. */
export function asked(turns: Turns, kind: "start" | "quiet"): Turns {
  return kind === "start"
    ? { ...turns, waitingStarts: turns.waitingStarts + 1 }
    : { ...turns, waitingQuiet: turns.waitingQuiet + 1 };
}

/** Lets in one of those who wait, if one may act now; `null` otherwise. */
export function admitted(turns: Turns, cores: number): { turns: Turns; kind: "start" | "quiet" } | null {
  if (mayQuiet(turns)) {
    const { quiet, waitingQuiet } = turns;
    return {
      kind: "quiet",
      turns: { ...turns, phase: "quiet", quiet: quiet + 1, waitingQuiet: waitingQuiet - 1 },
    };
  }
  if (mayStart(turns, cores)) {
    const { starting, waitingStarts } = turns;
    return { kind: "start", turns: { ...turns, starting: starting + 1, waitingStarts: waitingStarts - 1 } };
  }
  return null;
}

function mayQuiet(turns: Turns): boolean {
  if (turns.waitingQuiet === 0 || turns.starting > 0) return false;
  return turns.phase === "quiet" || turns.waitingStarts === 0;
}

function mayStart(turns: Turns, cores: number): boolean {
  return turns.phase === "starts" && turns.waitingStarts > 0 && turns.starting < cores;
}

/** Somebody is done; when the last quiet sample is, starts have their turn again. */
export function left(turns: Turns, kind: "start" | "quiet"): Turns {
  if (kind === "start") return { ...turns, starting: turns.starting - 1 };
  const quiet = turns.quiet - 1;
  const over = quiet === 0 && turns.waitingQuiet === 0;
  return { ...turns, quiet, phase: over ? "starts" : "quiet" };
}
