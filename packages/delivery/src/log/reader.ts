import type { Clock } from "@holdfast/core";
import { crashPoint } from "../crash-points.ts";
import { DeliveryError } from "../errors.ts";
import type { Emit } from "../events.ts";
import type { KeptSession } from "../relay/kept-session.ts";
import type { Looks } from "../relay/looking.ts";
import type { RelaySettings } from "../relay/options.ts";
import { crashesSuspect } from "../relay/verdict.ts";
import type { Window } from "../relay/window.ts";
import type { Session } from "../store.ts";
import { type Cursor, whole } from "./cursor.ts";
import { type Holding, same } from "./holding.ts";
import { moveAll, rotate } from "./rotation.ts";
import type { Sending } from "./sending.ts";
import { between, isNothing, snapshotOf } from "./snapshot.ts";
import type { Logged, LogStatements } from "./statements.ts";
import type { LogTables } from "./tables.ts";
import { type Held, Term } from "./term.ts";

/** What a reader needs. */
export interface ReaderParts {
  /** Its own: what was read counts as long as this connection holds. */
  readonly session: KeptSession;
  readonly statements: LogStatements;
  readonly tables: LogTables;
  readonly holding: Holding;
  readonly sending: Sending;
  readonly window: Window;
  readonly settings: RelaySettings;
  readonly member: string;
  readonly clock: Clock;
  readonly emit: Emit;
  /** Called when pages may have ended. */
  readonly onEnded: () => void;
  /** Called when messages were put into the queue. */
  readonly onPutAside: () => void;
}

/** How often to try to take the log over, and to empty tables, in milliseconds; more often where leases are short. */
const takeEveryMs = 1_000;
const rotateEveryMs = 5_000;
/** How long a new term waits for what an earlier one sent, in milliseconds. */
const lingerMs = 2_000;

/** Reads the log while it is this relay's: what ended between the last snapshot and the next one, page after page. */
export class Reader implements Looks {
  readonly #parts: ReaderParts;
  #takeDueMs = 0;
  #rotateDueMs = 0;
  /** Of the last term. */
  #epoch = 0;

  constructor(parts: ReaderParts) {
    this.#parts = parts;
  }

  async look(): Promise<number> {
    const { holding } = this.#parts;
    const { term } = holding;
    if (term === null) return this.#take();
    try {
      return await this.#read(term);
    } catch (error) {
      holding.end(term);
      throw error;
    }
  }

  ready(): boolean {
    const { batch, inFlight } = this.#parts.settings;
    return this.#room().messages >= Math.min(batch.most, Math.ceil(inFlight.messages / 2));
  }

  nextMs(): number | null {
    return null;
  }

  /** Extends the lease where that is due, and empties tables now and then. */
  async tend(): Promise<void> {
    const { holding, clock, settings } = this.#parts;
    const { term } = holding;
    if (term === null) return;
    const leftMs = term.lease.untilMs - clock.monotonic();
    try {
      // The database could not be told in time: another relay may be at it.
      if (leftMs <= 0)
        throw new DeliveryError("LEASE_LOST", "The log's lease could not be extended in time.");
      if (leftMs < settings.leaseMs * 0.8) await this.#renew(term);
      if (holding.term === term) await this.#tidy(term);
    } catch (error) {
      holding.end(term);
      throw error;
    }
  }

  /** Gives the log back. */
  async leave(): Promise<void> {
    const { session, statements, holding } = this.#parts;
    const { term } = holding;
    if (term === null) return;
    holding.end(term);
    await session.use((on) => statements.free(same(term, on), holding.fence(term)));
  }

  async #take(): Promise<number> {
    const { session, statements, settings, member, sending, holding, clock, emit } = this.#parts;
    const startedMs = clock.monotonic();
    const lingers = !sending.idle() && startedMs < holding.endedMs + lingerMs;
    if (startedMs < this.#takeDueMs || lingers) return 0;
    this.#takeDueMs = startedMs + Math.min(takeEveryMs, settings.leaseMs / 3);
    const term = await session.use(async (on) => {
      const taken = await statements.take(on, member, settings.leaseMs);
      if (taken === null) return null;
      if (isForeign(taken.cursor, taken.now)) return this.#restore(on, taken.epoch);
      const suspicious = taken.crashes >= crashesSuspect ? settings.inFlight.messages : 0;
      return new Term(on, taken, startedMs + settings.leaseMs, suspicious);
    });
    if (term === null) return 0;
    // Another relay had it in between: what this one remembers of it is over.
    if (term.epoch !== this.#epoch + 1) sending.forget();
    this.#epoch = term.epoch;
    emit({ type: "log.taken", crashes: term.crashes });
    holding.begin(term);
    return 1;
  }

  async #restore(on: Session, epoch: number): Promise<null> {
    const { tables, member, emit, onPutAside } = this.#parts;
    if (await moveAll(on, tables, { member, epoch })) {
      emit({ type: "log.restored" });
      onPutAside();
    }
    return null;
  }

  async #read(term: Term): Promise<number> {
    const { session, sending, holding, onEnded } = this.#parts;
    const room = this.#room();
    if (room.messages < 1 || room.bytes < 1) return 0;
    const found = await session.use((on) => this.#page(same(term, on), term.cursor, room));
    if (holding.term !== term) return 0;
    const after = found === null ? null : reached(term.cursor, found, room);
    const count = found?.rows.length ?? 0;
    if (count > 0) crashPoint("relay:after-claim");
    // The end of a reading that was written down is written down as well: without it, no table could be emptied.
    if (found !== null && after !== null && (count > 0 || term.cursor.next !== null))
      term.add(found.rows, after, sending.isDone);
    term.cursor = after ?? term.cursor;
    if (term.cursor.next === null) term.caughtUp();
    sending.pump(term);
    onEnded();
    return count;
  }

  async #page(
    on: Session,
    { old, next: begun, at }: Cursor,
    { messages: limit, bytes: bytesMax }: Held,
  ): Promise<Found | null> {
    const { statements } = this.#parts;
    const next = begun ?? (await statements.snapshot(on));
    const span = between(snapshotOf(old), snapshotOf(next));
    if (begun === null && isNothing(span)) return null;
    return { rows: await statements.read(on, { between: span, after: at, limit, bytesMax }), next };
  }

  async #renew(term: Term): Promise<void> {
    const { session, statements, holding } = this.#parts;
    const cleared = term.cleared && term.held.messages === 0;
    await holding.move(term, { cursor: null, cleared }, (move) =>
      session.use((on) => statements.move(same(term, on), move)),
    );
  }

  async #tidy(term: Term): Promise<void> {
    const { session, statements, tables, holding, sending, settings, clock, emit } = this.#parts;
    const late = sending.takeLate();
    if (late.length > 0) await session.use((on) => statements.spare(same(term, on), late));
    const nowMs = clock.monotonic();
    if (nowMs < this.#rotateDueMs) return;
    this.#rotateDueMs = nowMs + Math.min(rotateEveryMs, settings.leaseMs / 3);
    const emptied = await session.use((on) => rotate(same(term, on), tables, holding.fence(term)));
    if (emptied > 0) emit({ type: "log.emptied", tables: emptied });
  }

  #room(): Held {
    const { window, settings, holding } = this.#parts;
    const { batch, inFlight } = settings;
    const { messages, bytes } = window.room();
    const held = holding.term?.held ?? { messages: 0, bytes: 0 };
    return {
      messages: Math.min(batch.most, messages, inFlight.messages - held.messages),
      bytes: Math.min(bytes, inFlight.bytes - held.bytes),
    };
  }
}

/** What one look brought: rows, and the snapshot up to which it looked. */
interface Found {
  readonly rows: readonly Logged[];
  readonly next: string;
}

/** How far the log is read with these rows: to the end of what the snapshot sees, unless a limit cut them off. */
function reached({ old, at }: Cursor, { rows, next }: Found, limit: Held): Cursor {
  const bytes = rows.reduce((sum, { claimed }) => sum + claimed.bytes, 0);
  if (rows.length < limit.messages && bytes < limit.bytes) return whole(next);
  return { old, next, at: rows.at(-1)?.place ?? at };
}

/** Transactions are counted from elsewhere: the tables came from another server. */
function isForeign({ old, next }: Cursor, now: string): boolean {
  return snapshotOf(now).xmax < snapshotOf(next ?? old).xmax;
}
