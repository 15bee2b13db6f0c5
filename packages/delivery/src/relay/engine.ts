import type { Clock, Random } from "@holdfast/core";
import type { Emit } from "../events.ts";
import { createLogReading, type LogReading } from "../log/log-reading.ts";
import type { Store } from "../store.ts";
import { uuid7Maker } from "../uuid7.ts";
import { type Alone, createAlone } from "./alone.ts";
import { Flights } from "./flights.ts";
import { createKeptSession, type KeptSession } from "./kept-session.ts";
import { laneDepths } from "./key-lanes.ts";
import { createLooking, type Looking } from "./looking.ts";
import type { RelaySettings } from "./options.ts";
import { Ordered, type OrderedParts } from "./ordered.ts";
import { createOwnership, type Ownership } from "./ownership.ts";
import { Queue } from "./queue.ts";
import { type Route, Routes } from "./routes.ts";
import { createSettler, type Settler } from "./settler.ts";
import { createBell } from "./signals.ts";
import { statementsFor } from "./statements/for-dialect.ts";
import { shardStatements } from "./statements/shards.ts";
import { relayTables } from "./statements.ts";
import { createWindow, type Window } from "./window.ts";

/** The parts of one run of a relay, connected. */
export interface Engine {
  readonly sessions: readonly KeptSession[];
  /** The connection on which claims are settled; leases are extended on it as well. */
  readonly settling: KeptSession;
  readonly statements: ReturnType<typeof statementsFor>;
  readonly flights: Flights;
  readonly settler: Settler;
  readonly routes: Routes;
  readonly window: Window;
  readonly queue: Queue;
  readonly alone: Alone;
  readonly queueLooking: Looking;
  /** Null where the relay leaves ordered messages to others. */
  readonly shards: EngineShards | null;
  /** Null where the outbox is a queue alone. */
  readonly log: LogReading | null;
  /** Resolves when something has changed, or after a while. Never rejects. */
  changed(waitMs: number, signal: AbortSignal): Promise<void>;
}

/** The parts for ordered messages. */
export interface EngineShards {
  readonly ownership: Ownership;
  readonly ordered: Ordered;
  readonly looking: Looking;
}

/** What a run needs. */
export interface EngineParts {
  readonly store: Store;
  readonly routeOf: (type: string) => Route | null;
  readonly clock: Clock;
  readonly random: Random;
  readonly emit: Emit;
  readonly settings: RelaySettings;
}

/** Connects the parts of a run. Nothing happens until its loops are started. */
export function createEngine(parts: EngineParts): Engine {
  const { store, clock, random, emit, settings, routeOf } = parts;
  const statements = statementsFor(store);
  const freshId = uuid7Maker({ clock, random });
  // Losing a claim or a settle when the database crashes costs a duplicate; waiting for the disk would cost every message.
  const claiming = createKeptSession(store, { purpose: "holdfast relay claim", relaxed: true });
  const settling = createKeptSession(store, { purpose: "holdfast relay settle", relaxed: true });
  const sessions = [claiming, settling];
  const common = { clock, random, emit, settings, statements };
  const routes = new Routes({ ...common, routeOf, backoff: settings.outageBackoff });
  const window = createWindow(settings.inFlight, {
    lasts: (type) => routes.lasts(type),
    onShare: () => queueLooking.wake(),
  });
  const settler = createSettler({ ...common, session: settling, tables: store.tables, freshId });
  const idleBell = createBell(clock);
  const aloneBell = createBell(clock);
  const onChange = (): void => {
    idleBell.ring();
    aloneBell.ring();
    queueLooking.room();
    shards?.looking.room();
    log?.changed();
  };
  const flights = new Flights({
    ...common,
    routes,
    settler,
    window,
    onChange,
    onGivenBack: () => queue.reset(),
  });
  const alone = createAlone({
    underWay: () => flights.underWay + (log?.flights.underWay ?? 0),
    bell: aloneBell,
    onOpen: () => {
      onChange();
      shards?.ordered.pump();
    },
  });
  const working = { ...common, session: claiming, flights, routes, window, alone };
  const queue: Queue = new Queue({ ...working, onDue: () => queueLooking.nudge() });
  const queueLooking = createLooking({ ...common, doing: "claiming", looks: queue, poll: settings.poll });
  const shards = settings.order === "off" ? null : createShards(parts, working, freshId());
  if (shards !== null) sessions.push(shards.session);
  const onPutAside = (): void => {
    queue.reset();
    queueLooking.wake();
  };
  const logParts = { ...parts, routes, window, alone: () => alone, freshId, onChange, onPutAside };
  const log: LogReading | null = store.outbox === "log" ? createLogReading(logParts) : null;
  if (log !== null) sessions.push(log.session);
  return {
    sessions,
    settling,
    statements,
    flights,
    settler,
    routes,
    window,
    queue,
    alone,
    queueLooking,
    shards,
    log,
    changed: idleBell.wait,
  };
}

type Working = Omit<OrderedParts, "depth" | "ownership" | "onDrained">;

function createShards(parts: EngineParts, working: Working, member: string) {
  const { store, clock, emit, settings } = parts;
  const session = createKeptSession(store, { purpose: "holdfast relay shards" });
  const ownership: Ownership = createOwnership({
    session,
    statements: shardStatements(store.dialect, relayTables(store.tables)),
    member,
    leaseMs: settings.leaseMs,
    clock,
    emit,
    busy: (shard) => ordered.busy(shard),
    onLeaving: (shard) => ordered.leaving(shard),
    onLost: (shard) => ordered.lost(shard),
    onTaken: () => looking.wake(),
  });
  const ordered: Ordered = new Ordered({
    ...working,
    depth: laneDepths[settings.order === "pipelined" ? "pipelined" : "strict"],
    ownership,
    onDrained: () => looking.wake(),
  });
  const looking: Looking = createLooking({
    ...parts,
    doing: "claiming ordered messages",
    looks: ordered,
    poll: settings.poll,
  });
  return { session, ownership, ordered, looking };
}
