/**
 * Who may act now: instances start (noisy) or quiet samples are in flight, never both. The instances of quiet samples start
 * together, then their samples fly together, and everybody else starts before or after: both come in batches. A load is as noisy as
 * a start; there is one at a time, beside the starts.
 */
export interface Turns {
  readonly phase: "starts" | "quiet";
  readonly starting: number;
  readonly loading: number;
  readonly quiet: number;
  /** Those who wait to start, in the order in which they came. */
  readonly waitingStarts: readonly StartKind[];
  readonly waitingQuiet: number;
  readonly waitingLoads: number;
}

/** `quiet-start` starts an instance whose samples will want quiet. */
type StartKind = "start" | "quiet-start";

/** What a turn is for. */
export type TurnKind = StartKind | "quiet" | "load";

/** Nobody acts, nobody waits. */
export const noTurns: Turns = {
  phase: "starts",
  starting: 0,
  loading: 0,
  quiet: 0,
  waitingStarts: [],
  waitingQuiet: 0,
  waitingLoads: 0,
};

/** Somebody asks for a turn. */
export function asked(turns: Turns, kind: TurnKind): Turns {
  if (kind === "load") return { ...turns, waitingLoads: turns.waitingLoads + 1 };
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
  if (turns.phase === "quiet") return null;
  if (turns.waitingLoads > 0 && turns.loading === 0) {
    return { kind: "load", turns: { ...turns, loading: 1, waitingLoads: turns.waitingLoads - 1 } };
  }
  if (turns.starting >= Math.max(1, cores - turns.loading)) return null;
  const { waitingStarts, starting, waitingQuiet, loading } = turns;
  // While quiet samples wait, only those start that will fly with them; behind a load they wait for longer anyway.
  const index = waitingQuiet > 0 && loading === 0 ? waitingStarts.indexOf("quiet-start") : 0;
  const kind = waitingStarts[index];
  if (kind === undefined) return null;
  return {
    kind,
    turns: { ...turns, starting: starting + 1, waitingStarts: waitingStarts.toSpliced(index, 1) },
  };
}

function mayQuiet({ phase, starting, loading, waitingStarts, waitingQuiet }: Turns): boolean {
  if (waitingQuiet === 0 || starting > 0 || loading > 0) return false;
  return phase === "quiet" || !waitingStarts.includes("quiet-start");
}

/** Somebody is done; when the last quiet sample is, starts have their turn again. */
export function left(turns: Turns, kind: TurnKind): Turns {
  if (kind === "load") return { ...turns, loading: turns.loading - 1 };
  if (kind !== "quiet") return { ...turns, starting: turns.starting - 1 };
  const quiet = turns.quiet - 1;
  return { ...turns, quiet, phase: quiet === 0 && turns.waitingQuiet === 0 ? "starts" : "quiet" };
}
