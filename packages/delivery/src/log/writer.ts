import type { Clock, Random } from "@holdfast/core";
import type { KeptSession } from "../relay/kept-session.ts";
import { createRetryPause } from "../relay/retry-pause.ts";
import { type Holding, same } from "./holding.ts";
import type { Page } from "./page.ts";
import type { Sending } from "./sending.ts";
import type { Term } from "./term.ts";
import { type WritingParts, writeEnded } from "./writing.ts";

/** What a writer needs. */
export interface WriterParts extends WritingParts {
  readonly session: KeptSession;
  readonly holding: Holding;
  readonly sending: Sending;
  readonly clock: Clock;
  readonly random: Random;
  /** Called when there is room for more. */
  readonly onRoom: () => void;
  /** Called when messages were put into the queue. */
  readonly onPutAside: () => void;
}

/** Writes down how far the log is done: as many pages at a time as have ended while it wrote the ones before. */
export function createWriter(parts: WriterParts): { write(): void } {
  const { holding } = parts;
  let writing = false;
  const all = async (): Promise<void> => {
    const retry = createRetryPause(parts);
    for (;;) {
      const { term } = holding;
      const pages = term?.ended() ?? [];
      if (term === null || pages.length === 0) break;
      try {
        await writePages(parts, term, pages);
      } catch (error) {
        // Whether it was written is not known: what the database says when the log is taken again counts.
        holding.end(term);
        await retry.failed("settling the log", error);
      }
    }
    writing = false;
  };
  return {
    write() {
      if (writing || holding.term === null) return;
      writing = true;
      void all();
    },
  };
}

async function writePages(parts: WriterParts, term: Term, pages: readonly Page[]): Promise<void> {
  const { session, holding, sending, onRoom, onPutAside } = parts;
  const entries = pages.flatMap((page) => page.entries);
  const to = { cursor: pages.at(-1)?.after ?? null, cleared: term.cleared };
  const written = await holding.move(term, to, (move) =>
    session.use((on) => writeEnded(same(term, on), parts, move, entries)),
  );
  if (!written) return;
  term.remove(pages);
  sending.written(entries);
  onRoom();
  if (entries.some(({ ending }) => ending?.kind === "aside")) onPutAside();
}
