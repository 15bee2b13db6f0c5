import { admitted, asked, left, noTurns, type Turns } from "./turns.ts";

/** Admits starts and quiet samples in turns; what it answers is called when done. */
export interface Turnstile {
  start(): Promise<() => void>;
  quiet(): Promise<() => void>;
  /** Whether quiet samples are in flight now. */
  isQuiet(): boolean;
}

/** A turnstile that lets `cores` instances start side by side. */
export function openTurnstile(cores: number): Turnstile {
  let turns: Turns = noTurns;
  const queues = { start: [] as (() => void)[], quiet: [] as (() => void)[] };

  function admit(): void {
    for (let next = admitted(turns, cores); next !== null; next = admitted(turns, cores)) {
      turns = next.turns;
      queues[next.kind].shift()?.();
    }
  }

  function ask(kind: "start" | "quiet"): Promise<() => void> {
    turns = asked(turns, kind);
    const { promise, resolve } = Promise.withResolvers<() => void>();
    queues[kind].push(() =>
      resolve(() => {
        turns = left(turns, kind);
        admit();
      }),
    );
    admit();
    return promise;
  }

  return { start: () => ask("start"), quiet: () => ask("quiet"), isQuiet: () => turns.quiet > 0 };
}
