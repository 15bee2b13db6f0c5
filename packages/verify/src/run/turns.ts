/**
 * Who may act now: instances start (noisy) or quiet samples are in flight, never both. The instances of quiet samples start
 * together, then their samples fly together, and everybody else starts before or after: both come in batches.
 */
export interface Turns {
  readonly phase: "starts" | "quiet";
  readonly starting: number;
  readonly quiet: number;
  /** Those who wait to start, in the order in which they came. */
  readonly waitingStarts: readonly StartKind[];
  readonly waitingQuiet: number;
}

/** `quiet-start` starts an instance whose samples will want quiet. */
type StartKind = "start" | "quiet-start";

/** What a turn is for. */
export type TurnKind = StartKind | "quiet";

/** Nobody acts, nobody waits. */
export const noTurns: Turns = { phase: "starts", starting: 0, quiet: 0, waitingStarts: [], waitingQuiet: 0 };

/** Somebody asks for a turn. */
export function asked(turns: Turns, kind: TurnKind): Turns {
  return kind === "quiet"
    ? { ...turns, waitingQuiet: turns.waitingQuiet + 1 }
    : { ...turns, waitingStarts: [...turns.waitingStarts, kind] };
}

/** Lets in one of those who wait, if one may act now; `null` otherwise. */
export function admitted(turns: Turns, cores: number): { turns: Turns; kind: TurnKind } | null {
  if (mayQuiet(turns)) {
    const { quiet, waitingQuiet } = turns;
    const after: Turns = { ...turns, phase: "quiet", quiet: quiet + 1, waitingQuiet: waitingQuiet - 1 };
    return { kind: "quiet", turns: after };
  }
  if (turns.phase === "quiet" || turns.starting >= cores) return null;
  const { waitingStarts, starting, waitingQuiet } = turns;
  // While quiet samples wait, only those start that will fly with them.
  const index = waitingQuiet > 0 ? waitingStarts.indexOf("quiet-start") : 0;
  const kind = waitingStarts[index];
  if (kind === undefined) return null;
  return {
    kind,
    turns: { ...turns, starting: starting + 1, waitingStarts: waitingStarts.toSpliced(index, 1) },
  };
}

function mayQuiet({ phase, starting, waitingStarts, waitingQuiet }: Turns): boolean {
  if (waitingQuiet === 0 || starting > 0) return false;
  return phase === "quiet" || !waitingStarts.includes("quiet-start");
}

/** Somebody is done; when the last quiet sample is, starts have their turn again. */
export function left(turns: Turns, kind: TurnKind): Turns {
  if (kind !== "quiet") return { ...turns, starting: turns.starting - 1 };
  const quiet = turns.quiet - 1;
  return { ...turns, quiet, phase: quiet === 0 && turns.waitingQuiet === 0 ? "starts" : "quiet" };
}
