import type { Clock, Random } from "@holdfast/core";
import type { Emit } from "../events.ts";
import type { Alone } from "../relay/alone.ts";
import { Flights } from "../relay/flights.ts";
import { createKeptSession, type KeptSession } from "../relay/kept-session.ts";
import { createLooking } from "../relay/looking.ts";
import type { RelaySettings } from "../relay/options.ts";
import { createRetryPause } from "../relay/retry-pause.ts";
import type { Routes } from "../relay/routes.ts";
import { pause } from "../relay/signals.ts";
import type { Window } from "../relay/window.ts";
import type { Store } from "../store.ts";
import { Holding } from "./holding.ts";
import { Reader } from "./reader.ts";
import { Sending } from "./sending.ts";
import { logStatements } from "./statements.ts";
import { logTables } from "./tables.ts";
import { createWriter } from "./writer.ts";

/** The part of a relay that reads PostgreSQL's log. */
export interface LogReading {
  readonly flights: Flights;
  readonly session: KeptSession;
  /** Messages whose verdicts came too late: another relay had taken the log. */
  readonly lost: number;
  /** Reads until the signal aborts; then waits for what is under way, puts aside the rest and gives the log back. Never rejects. */
  run(signal: AbortSignal): Promise<void>;
  wake(): void;
  /** There is more room, or a route may go. */
  changed(): void;
}

/** What reading needs of the relay that it is a part of. */
export interface LogReadingParts {
  readonly store: Store;
  readonly settings: RelaySettings;
  readonly routes: Routes;
  readonly window: Window;
  readonly alone: () => Pick<Alone, "closed">;
  readonly freshId: () => string;
  readonly clock: Clock;
  readonly random: Random;
  readonly emit: Emit;
  /** Called when the window has more room, or a publishing has ended. */
  readonly onChange: () => void;
  /** Called when messages were put into the queue. */
  readonly onPutAside: () => void;
}

const tickMs = 100;
const graceMs = 1_000;

/** A part that does not read yet. */
export function createLogReading(parts: LogReadingParts): LogReading {
  const { store, settings, clock } = parts;
  const { leaseMs } = settings;
  const session = createKeptSession(store, { purpose: "holdfast relay log", relaxed: true });
  const tables = logTables(store.tables);
  const statements = logStatements(tables);
  const member = parts.freshId();
  const onRoom = (): void => looking.room();
  const sending: Sending = new Sending({
    ...parts,
    confirmLimitMs: settings.confirmLimitMs,
    flights: () => flights,
    onEnded: () => writer.write(),
  });
  const flights: Flights = new Flights({ ...parts, settler: sending, onGivenBack: () => {} });
  const onLost = (): void => sending.forget();
  const holding = new Holding({ ...parts, member, leaseMs, onLost, onOver: onRoom });
  const common = { ...parts, session, statements, tables, holding, sending };
  const writer = createWriter({ ...common, onRoom });
  const reader: Reader = new Reader({ ...common, member, onEnded: writer.write });
  const looking = createLooking({ ...parts, doing: "reading the log", looks: reader, poll: settings.poll });
  const changed = (): void => {
    looking.room();
    if (holding.term !== null && holding.term.waiting.size > 0) sending.pump(holding.term);
  };
  return {
    flights,
    session,
    get lost() {
      return holding.lost;
    },
    async run(signal) {
      const ended = new AbortController();
      const tending = tend({ ...parts, reader, holding, sending, flights, changed }, ended.signal);
      await looking.run(signal);
      const until = idle(holding, sending, clock);
      flights.stopSending();
      sending.stop(holding.term ?? undefined);
      await until(settings.drainMs);
      flights.abandon();
      await until(graceMs);
      ended.abort();
      const left = reader.leave().catch(() => {});
      await Promise.race([Promise.all([left, tending]), pause(clock, graceMs)]);
    },
    wake: () => looking.wake(),
    changed,
  };
}

interface Tending extends LogReadingParts {
  readonly reader: Reader;
  readonly holding: Holding;
  readonly sending: Sending;
  readonly flights: Flights;
  readonly changed: () => void;
}

/** Extends the lease, gives up on confirms that take too long, and lets messages whose route does not go give way. */
async function tend(parts: Tending, signal: AbortSignal): Promise<void> {
  const { reader, holding, sending, flights, clock, settings, changed } = parts;
  const retry = createRetryPause({ ...parts, signal });
  const everyMs = Math.min(tickMs, settings.leaseMs / 10);
  while (!signal.aborted) {
    flights.sweep();
    changed();
    if (holding.term !== null) sending.giveWay(holding.term);
    try {
      await reader.tend();
      retry.worked();
      await pause(clock, everyMs, signal);
    } catch (error) {
      await retry.failed("keeping the log", error);
    }
  }
}

/** Waits until nothing is under way and all is written, or for a while. */
function idle(holding: Holding, sending: Sending, clock: Clock): (waitMs: number) => Promise<void> {
  const done = (): boolean => sending.idle() && (holding.term?.pages.length ?? 0) === 0;
  return async (waitMs) => {
    const endMs = clock.monotonic() + waitMs;
    while (!done() && clock.monotonic() < endMs) await pause(clock, Math.min(10, waitMs));
  };
}
