import type { Clock } from "@holdfast/core";
import { DeliveryError } from "../errors.ts";
import type { Emit } from "../events.ts";
import type { Session } from "../store.ts";
import type { Cursor } from "./cursor.ts";
import type { Fence, Move } from "./statements.ts";
import type { Term } from "./term.ts";

/** What holding the log needs. */
export interface HoldingParts {
  readonly member: string;
  readonly leaseMs: number;
  readonly clock: Clock;
  readonly emit: Emit;
  /** Called when another relay has taken the log. */
  readonly onLost: () => void;
  /** Called when a term is over. */
  readonly onOver: () => void;
}

/** Whether the log is this relay's, and since which term. */
export class Holding {
  readonly #parts: HoldingParts;
  #term: Term | null = null;
  #lost = 0;
  /** When the last term ended, on the process's clock. */
  endedMs: number = Number.NEGATIVE_INFINITY;

  constructor(parts: HoldingParts) {
    this.#parts = parts;
  }

  /** The current term; null where another relay reads the log. */
  get term(): Term | null {
    return this.#term;
  }

  /** Messages whose verdicts came too late. */
  get lost(): number {
    return this.#lost;
  }

  begin(term: Term): void {
    this.#term = term;
  }

  /** Forgets what is not written: it is read again, by this relay or another one. Does nothing about a term that is over. */
  end(term: Term): void {
    if (this.#term !== term) return;
    term.close();
    this.#term = null;
    this.endedMs = this.#parts.clock.monotonic();
    this.#parts.onOver();
  }

  /** What every write of a term names. */
  fence({ epoch }: Term): Fence {
    return { member: this.#parts.member, epoch };
  }

  /** Moves the cursor's row by `write`; false where it is another relay's, and then the term is over. */
  async move(
    term: Term,
    { cursor, cleared }: { readonly cursor: Cursor | null; readonly cleared: boolean },
    write: (move: Move) => Promise<string | null>,
  ): Promise<boolean> {
    const { leaseMs, clock, emit, onLost } = this.#parts;
    const startedMs = clock.monotonic();
    const spot = await write({ fence: this.fence(term), spot: term.spot, cursor, leaseMs, cleared });
    if (this.#term !== term) return false;
    if (spot === null) {
      const { messages } = term.held;
      this.#lost += messages;
      emit({ type: "relay.lease-lost", messages, shards: 0 });
      onLost();
      this.end(term);
      return false;
    }
    term.spot = spot;
    term.lease.untilMs = startedMs + leaseMs;
    return true;
  }
}

/** The connection of a term; a later one knows nothing of what was read on it. */
export function same(term: Term, on: Session): Session {
  if (term.session === on) return on;
  throw new DeliveryError("STORE_UNREACHABLE", "The connection on which the log was read has broken.");
}
