import { admitted, asked, left, noTurns, type TurnKind, type Turns } from "./turns.ts";

/** Admits starts and quiet samples in turns. */
export interface Turnstile {
  /** Resolves when it is one's turn; what it answers is called when done. */
  turn(kind: TurnKind): Promise<() => void>;
  /** Whether quiet samples are in flight now. */
  isQuiet(): boolean;
  /** Resolves when no quiet sample is in flight, or when the signal aborts. */
  calm(signal: AbortSignal): Promise<void>;
}

/** A turnstile that lets `cores` instances start side by side. */
export function openTurnstile(cores: number): Turnstile {
  let turns: Turns = noTurns;
  const queues: Record<TurnKind, (() => void)[]> = { start: [], "quiet-start": [], quiet: [], load: [] };

  const calm = new Set<() => void>();

  function admit(): void {
    for (let next = admitted(turns, cores); next !== null; next = admitted(turns, cores)) {
      turns = next.turns;
      queues[next.kind].shift()?.();
    }
  }

  return {
    turn: (kind) => {
      turns = asked(turns, kind);
      const { promise, resolve } = Promise.withResolvers<() => void>();
      queues[kind].push(() =>
        resolve(() => {
          turns = left(turns, kind);
          admit();
          if (turns.quiet === 0) for (const resolveCalm of calm) resolveCalm();
        }),
      );
      admit();
      return promise;
    },
    isQuiet: () => turns.quiet > 0,
    calm: (signal) =>
      turns.quiet === 0 || signal.aborted
        ? Promise.resolve()
        : new Promise((resolve) => {
            const done = (): void => {
              calm.delete(done);
              signal.removeEventListener("abort", done);
              resolve();
            };
            calm.add(done);
            signal.addEventListener("abort", done, { once: true });
          }),
  };
}
