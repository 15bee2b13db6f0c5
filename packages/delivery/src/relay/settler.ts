import type { Clock, Random } from "@holdfast/core";
import { crashPoint } from "../crash-points.ts";
import { bury } from "../dead-letters/dead-letter.ts";
import { redrivenOf } from "../dead-letters/redrive-header.ts";
import type { Emit } from "../events.ts";
import type { Session, Store } from "../store.ts";
import type { Claimed } from "./claimed.ts";
import type { KeptSession } from "./kept-session.ts";
import { createRetryPause } from "./retry-pause.ts";
import { createBell } from "./signals.ts";
import type { RelayStatements } from "./statements.ts";
import type { Verdict } from "./verdict.ts";

/** A verdict on a message, on its way into the database. */
export interface Settling {
  readonly claimed: Claimed;
  readonly verdict: Verdict;
  /** Called once the database has it. */
  onSettled(): void;
}

/** Writes verdicts, many at a time. They stay until the database has them, however long it is away: each one names its lease. */
export interface Settler {
  add(settling: Settling): void;
  /** Whether nothing is left to write. */
  idle(): boolean;
  /** How many verdicts came too late: somebody else had claimed the message. */
  lost(): number;
  /** Gives up what is left. */
  stop(): void;
}

/** What a settler needs. */
export interface SettlerParts {
  readonly session: KeptSession;
  readonly statements: RelayStatements;
  readonly tables: Store["tables"];
  readonly freshId: () => string;
  readonly clock: Clock;
  readonly random: Random;
  readonly emit: Emit;
}

const coalesceMs = 5;
const settleMax = 500;
const roundMax = 1_000;
const deadMax = 20;

/** A settler that works from its first verdict on. */
export function createSettler(parts: SettlerParts): Settler {
  const { clock, emit } = parts;
  const ended = new AbortController();
  const retry = createRetryPause({ ...parts, signal: ended.signal });
  const enough = createBell(clock);
  let waiting: Settling[] = [];
  let pumping = false;
  let lost = 0;

  const settled = (some: readonly Settling[], count: number, again: boolean): void => {
    const late = some.length - count;
    // After a lost answer, rows that are gone may well have been taken away by the statement whose answer was lost.
    if (late > 0 && !again) {
      lost += late;
      emit({ type: "relay.lease-lost", messages: late, shards: 0 });
    }
    for (const settling of some) settling.onSettled();
  };
  const round = async (again: boolean): Promise<void> => {
    const { now, later } = split(waiting);
    const left = new Set(now);
    waiting = later;
    try {
      await parts.session.use(async (session) => {
        for (const [some, write] of groups(now)) {
          const count = await write(session, parts, some);
          for (const settling of some) left.delete(settling);
          settled(some, count, again);
        }
      });
    } catch (error) {
      waiting = [...left, ...waiting];
      throw error;
    }
  };
  const pump = async (): Promise<void> => {
    let again = false;
    while (waiting.length > 0 && !ended.signal.aborted) {
      if (waiting.length < settleMax) await enough.wait(coalesceMs, ended.signal);
      try {
        await round(again);
        again = false;
        retry.worked();
      } catch (error) {
        again = true;
        await retry.failed("settling", error);
      }
    }
    pumping = false;
  };
  return {
    add(settling) {
      waiting.push(settling);
      if (waiting.length === settleMax) enough.ring();
      if (pumping || ended.signal.aborted) return;
      pumping = true;
      void pump();
    },
    idle: () => waiting.length === 0 && !pumping,
    lost: () => lost,
    stop: () => ended.abort(),
  };
}

/** What the next round takes: not all dead letters at once, since each is a transaction of its own and the others wait for it. */
function split(waiting: readonly Settling[]): {
  readonly now: readonly Settling[];
  readonly later: Settling[];
} {
  const now: Settling[] = [];
  const later: Settling[] = [];
  let dead = 0;
  for (const settling of waiting) {
    const fits = now.length < roundMax && (settling.verdict.kind !== "dead" || ++dead <= deadMax);
    (fits ? now : later).push(settling);
  }
  return { now, later };
}

type Write = (session: Session, parts: SettlerParts, some: readonly Settling[]) => Promise<number>;

/** The verdicts by what is written, deletes first: they are most, and what they free is waited for. */
function groups(batch: readonly Settling[]): readonly (readonly [readonly Settling[], Write])[] {
  const of = (kind: Verdict["kind"]): readonly Settling[] =>
    batch.filter(({ verdict }) => verdict.kind === kind);
  const all: (readonly [readonly Settling[], Write])[] = [
    [of("done"), done],
    [of("released"), release],
    [of("failed"), fail],
    ...of("dead").map((one): readonly [readonly Settling[], Write] => [[one], die]),
  ];
  return all.filter(([some]) => some.length > 0);
}

async function done(session: Session, { statements }: SettlerParts, some: readonly Settling[]) {
  crashPoint("relay:before-settle");
  const count = await statements.settle(
    session,
    some.map(({ claimed }) => claimed.token),
  );
  crashPoint("relay:after-settle");
  return count;
}

function release(session: Session, { statements }: SettlerParts, some: readonly Settling[]) {
  return statements.release(
    session,
    some.map(({ claimed, verdict }) => ({
      token: claimed.token,
      waitMs: verdict.kind === "released" ? verdict.waitMs : 0,
    })),
  );
}

function fail(session: Session, { statements }: SettlerParts, some: readonly Settling[]) {
  return statements.fail(
    session,
    some.flatMap(({ claimed, verdict }) =>
      verdict.kind === "failed"
        ? [{ token: claimed.token, waitMs: verdict.waitMs, history: JSON.stringify(verdict.history) }]
        : [],
    ),
  );
}

async function die(session: Session, parts: SettlerParts, some: readonly Settling[]): Promise<number> {
  const [one] = some;
  if (one === undefined || one.verdict.kind !== "dead") return 0;
  const { claimed, verdict } = one;
  crashPoint("relay:before-dead-letter");
  const mine = await session.transaction(async (tx) => {
    if (!(await parts.statements.remove(tx, claimed.token))) return false;
    await bury(tx, parts.tables, {
      id: parts.freshId(),
      origin: "relay",
      consumer: null,
      envelope: claimed.envelope,
      reason: verdict.reason,
      error: verdict.error,
      history: verdict.history,
      redrives: redrivenOf(claimed.envelope.headers).redrives,
    });
    return true;
  });
  crashPoint("relay:after-dead-letter");
  const { id, type: messageType } = claimed.envelope;
  if (mine) parts.emit({ type: "relay.dead-letter", id, messageType, reason: verdict.reason });
  return mine ? 1 : 0;
}
