import type { Outcome, PolicyDocument } from "../../src/index.ts";
import type { PlannedCall } from "./fuzz-plan.ts";

/** What is known of a call. */
interface Entry {
  readonly planned: PlannedCall;
  readonly begunMs: number;
  /** Whether its caller had given up before it began. */
  readonly late: boolean;
  /** How often its function was called, and how many of these still run. */
  invoked: number;
  running: number;
  ended: boolean;
}

/** Holds what calls do against what they were promised; `broken` is what was not kept. */
export class Ledger {
  readonly broken: Set<string> = new Set();
  readonly #documents: readonly PolicyDocument[];
  readonly #now: () => number;
  readonly #entries: Entry[] = [];
  /** When each signal was aborted. */
  readonly #abortedMs = new Map<number, number>();
  #disposed = false;

  constructor(documents: readonly PolicyDocument[], now: () => number) {
    this.#documents = documents;
    this.#now = now;
  }

  /** A call begins; returns the number by which it is known. */
  begin(planned: PlannedCall): number {
    const late = this.#abortedMs.has(planned.controller ?? -1);
    const entry = { planned, begunMs: this.#now(), late, invoked: 0, running: 0, ended: false };
    return this.#entries.push(entry) - 1;
  }

  /** Somebody gives up, which his calls notice at once. */
  aborts(controller: number): void {
    if (!this.#abortedMs.has(controller)) this.#abortedMs.set(controller, this.#now());
  }

  disposes(): void {
    this.#disposed = true;
  }

  /** Its function is called. */
  invokes(id: number): void {
    const entry = this.#entries[id] as Entry;
    entry.invoked++;
    entry.running++;
    this.#expect(!entry.ended, "no attempt after the end");
    this.#expect(!this.#abortedMs.has(entry.planned.controller ?? -1), "no attempt for who has given up");
    this.#expect(!this.#disposed, "no attempt in a runtime that was disposed");
    this.#expect(this.#fit(entry.planned.policy), "no more calls run than there are places");
  }

  /** Its function has settled. */
  settles(id: number): void {
    (this.#entries[id] as Entry).running--;
  }

  /** Whether an attempt of it is still waited for. */
  isOver(id: number, attempt: number): boolean {
    const { ended, invoked } = this.#entries[id] as Entry;
    return ended || invoked > attempt;
  }

  ends(id: number, end: Outcome<unknown>, missing: number): void {
    const entry = this.#entries[id] as Entry;
    entry.ended = true;
    if (end.ok) this.#expect((end.value as { readonly id: number }).id === id, "a call gets its own answer");
    else {
      const uncalled = end.error.attempts - entry.invoked;
      this.#expect(uncalled >= 0 && uncalled <= missing, "an error tells how many attempts there were");
    }
    this.#expect(!entry.late || entry.invoked === 0, "nothing is begun for who has given up before");
    this.#expect(this.#now() <= this.#latestMs(entry), "a call ends in time");
  }

  /** When a call has to have ended. */
  #latestMs({ planned, begunMs }: Entry): number {
    const { deadline, timeouts, fallback } = this.#documents[planned.policy] as PolicyDocument;
    // A fallback takes its own time, and a function that is only asked to end may take as long as it likes.
    if (timeouts === "cooperative" || fallback !== undefined) return Number.POSITIVE_INFINITY;
    const allowedMs = Math.min(
      Number(deadline ?? Number.POSITIVE_INFINITY),
      planned.deadlineMs ?? Number.POSITIVE_INFINITY,
    );
    const abortedMs = this.#abortedMs.get(planned.controller ?? -1) ?? Number.POSITIVE_INFINITY;
    return Math.max(begunMs, Math.min(begunMs + allowedMs, abortedMs));
  }

  /** A place is a call's, with as many functions as it has abandoned. */
  #fit(policy: number): boolean {
    const { limit } = this.#documents[policy] as PolicyDocument;
    const most = (limit?.concurrent ?? Number.POSITIVE_INFINITY) * (limit?.key === undefined ? 1 : 2);
    return (
      this.#entries.filter(({ planned, running }) => planned.policy === policy && running > 0).length <= most
    );
  }

  #expect(kept: boolean, promise: string): void {
    if (!kept) this.broken.add(promise);
  }
}
