import assert from "node:assert/strict";
import { object, type Random, readShape, seededRandom } from "@holdfast/core";
import { type VirtualClock, virtualClock } from "@holdfast/core/testing";
import {
  actOf,
  type Chunk,
  type DeclaredAnswer,
  type Ending,
  type ExchangeAct,
  type Fault,
  type FaultedExchange,
} from "../fault.ts";

/** What a fault is played against. All times are virtual milliseconds from the arrival of the request. */
export interface Scene {
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly method?: string;
  /** When the last byte of the request is read; 10 when left out. */
  readonly requestMs?: number;
  /** In how many pieces it comes to a fault that reads it so; 1 when left out. */
  readonly requestPieces?: number;
  /** The provider's answer, piece by piece, counted from its delivery. */
  readonly provider?: readonly (readonly [atMs: number, text: string])[];
  readonly declared?: {
    readonly answer: DeclaredAnswer;
    readonly errors: Readonly<Record<string, DeclaredAnswer>>;
  };
  /** When the consumer goes away; after a minute when left out. */
  readonly goneMs?: number;
  readonly seed?: number;
}

/** What became of it. */
export interface Played {
  /** Everything that the consumer was sent, and when each piece was. */
  readonly sent: string;
  readonly sentAtMs: readonly number[];
  readonly firedMs: number | null;
  /** `open`: the fault ended with the consumer's going away and said nothing about the connection. */
  readonly ending: Ending | "open";
  readonly endedMs: number;
  readonly delivered: boolean;
  /** The request was kept, to be delivered after a later attempt. */
  readonly late: boolean;
}

/** How long a fault is watched after the consumer went away, for what it does too late. */
const afterwardsMs = 10_000;

/** The settings as the proxy reads them, defaults filled in. */
export function settingsOf(
  fault: Fault,
  given: Readonly<Record<string, unknown>> = {},
): Record<string, unknown> {
  const read = readShape(object({ doc: fault.summary, fields: fault.params }), given);
  assert.ok("value" in read, "problems" in read ? JSON.stringify(read.problems) : "");
  return read.value as Record<string, unknown>;
}

/** Plays one exchange with a fault in virtual time. */
export async function playFault(fault: Fault, scene: Scene = {}): Promise<Played> {
  const clock = virtualClock();
  return clock.run(() => playOn(clock, boundOf(fault, scene), scene));
}

/** Plays exchanges that arrive at these times, one after the other, under one program: they share what the fault keeps. */
export async function playSeveral(
  fault: Fault,
  atMs: readonly number[],
  scene: Scene = {},
): Promise<Played[]> {
  const clock = virtualClock();
  const bound = boundOf(fault, scene);
  return clock.run(async () => {
    const played: Played[] = [];
    for (const arrivesMs of atMs) {
      await clock.sleep(arrivesMs - clock.monotonic());
      played.push(await playOn(clock, bound, scene));
    }
    return played;
  });
}

/** Plays exchanges that arrive at these times under one program, whether or not the ones before are over. */
export async function playTogether(
  fault: Fault,
  atMs: readonly number[],
  scene: Scene = {},
): Promise<Played[]> {
  const clock = virtualClock();
  const bound = boundOf(fault, scene);
  const playAt = async (arrivesMs: number): Promise<Played> => {
    await clock.sleep(arrivesMs);
    return playOn(clock, bound, scene);
  };
  return clock.run(() => Promise.all(atMs.map(playAt)));
}

interface Bound {
  readonly act: ExchangeAct;
  readonly random: Random;
}

function boundOf(fault: Fault, scene: Scene): Bound {
  const act = actOf(fault, settingsOf(fault, scene.settings) as never);
  assert.ok(act !== null, `${fault.kind} acts on exchanges`);
  return { act, random: seededRandom(scene.seed ?? 1) };
}

/** Plays one exchange that arrives now; its times count from here. */
async function playOn(clock: VirtualClock, { act, random }: Bound, scene: Scene): Promise<Played> {
  const arrivedMs = clock.monotonic();
  const sinceMs = (): number => clock.monotonic() - arrivedMs;
  const gone = new AbortController();
  const whole = Promise.withResolvers<void>();
  let pieces = scene.requestPieces ?? 1;
  const sent: { readonly atMs: number; readonly bytes: Buffer }[] = [];
  const seen: { firedMs: number | null; ending: Ending | "open"; delivered: boolean; late: boolean } = {
    firedMs: null,
    ending: "open",
    delivered: false,
    late: false,
  };
  async function* provider(): AsyncGenerator<Chunk> {
    await clock.sleep((scene.requestMs ?? 10) - sinceMs(), gone.signal);
    seen.delivered = true;
    const deliveredMs = clock.monotonic();
    for (const [atMs, text] of scene.provider ?? []) {
      await clock.sleep(deliveredMs + atMs - clock.monotonic(), gone.signal);
      yield { bytes: Buffer.from(text, "latin1"), arrivedAt: deliveredMs + atMs };
    }
  }
  const exchange: FaultedExchange = {
    clock,
    random,
    signal: gone.signal,
    method: scene.method ?? "POST",
    declared: scene.declared ?? null,
    requestRead: async () => {
      await clock.sleep((scene.requestMs ?? 10) - sinceMs(), gone.signal);
      if (scene.requestPieces !== undefined) await whole.promise;
    },
    readPiece: async () => {
      await clock.sleep((scene.requestMs ?? 10) - sinceMs(), gone.signal);
      pieces -= 1;
      if (pieces === 0) whole.resolve();
    },
    provider,
    deliverLate: () => {
      seen.late = true;
    },
    send: async (bytes) => {
      sent.push({ atMs: sinceMs(), bytes: Buffer.from(bytes) });
    },
    fired: () => {
      seen.firedMs ??= sinceMs();
    },
    end: (how) => {
      seen.ending = how;
    },
  };
  let settledMs: number | null = null;
  const done = act(exchange)
    .catch((failure: unknown) => {
      if (!gone.signal.aborted) throw failure;
    })
    .finally(() => {
      settledMs = sinceMs();
    });
  await Promise.race([done, clock.sleep(scene.goneMs ?? 60_000)]);
  if (settledMs === null) {
    gone.abort(new Error("the consumer went away"));
    await Promise.race([done, clock.sleep(afterwardsMs)]);
  }
  return {
    ...seen,
    sent: Buffer.concat(sent.map(({ bytes }) => bytes)).toString("latin1"),
    sentAtMs: sent.map(({ atMs }) => atMs),
    endedMs: settledMs ?? sinceMs(),
  };
}
