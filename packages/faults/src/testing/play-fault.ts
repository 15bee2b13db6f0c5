import assert from "node:assert/strict";
import { object, readShape, seededRandom } from "@holdfast/core";
import { virtualClock } from "@holdfast/core/testing";
import {
  actOf,
  type Chunk,
  type DeclaredAnswer,
  type Ending,
  type Fault,
  type FaultedExchange,
} from "../fault.ts";

/** What a fault is played against. All times are virtual milliseconds from the arrival of the request. */
export interface Scene {
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly method?: string;
  /** When the last byte of the request is read; 10 when left out. */
  readonly requestMs?: number;
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
  const gone = new AbortController();
  const pieces: { readonly atMs: number; readonly bytes: Buffer }[] = [];
  const seen: { firedMs: number | null; ending: Ending | "open"; delivered: boolean } = {
    firedMs: null,
    ending: "open",
    delivered: false,
  };
  async function* provider(): AsyncGenerator<Chunk> {
    await clock.sleep((scene.requestMs ?? 10) - clock.monotonic(), gone.signal);
    seen.delivered = true;
    const deliveredMs = clock.monotonic();
    for (const [atMs, text] of scene.provider ?? []) {
      await clock.sleep(deliveredMs + atMs - clock.monotonic(), gone.signal);
      yield { bytes: Buffer.from(text, "latin1"), arrivedAt: deliveredMs + atMs };
    }
  }
  const exchange: FaultedExchange = {
    clock,
    random: seededRandom(scene.seed ?? 1),
    signal: gone.signal,
    method: scene.method ?? "POST",
    declared: scene.declared ?? null,
    requestRead: () => clock.sleep((scene.requestMs ?? 10) - clock.monotonic(), gone.signal),
    provider,
    send: async (bytes) => {
      pieces.push({ atMs: clock.monotonic(), bytes: Buffer.from(bytes) });
    },
    fired: () => {
      seen.firedMs ??= clock.monotonic();
    },
    end: (how) => {
      seen.ending = how;
    },
  };
  const act = actOf(fault, settingsOf(fault, scene.settings) as never);
  assert.ok(act !== null, `${fault.kind} acts on exchanges`);
  let settledMs: number | null = null;
  await clock.run(async () => {
    const done = act(exchange)
      .catch((failure: unknown) => {
        if (!gone.signal.aborted) throw failure;
      })
      .finally(() => {
        settledMs = clock.monotonic();
      });
    await Promise.race([done, clock.sleep(scene.goneMs ?? 60_000)]);
    if (settledMs !== null) return;
    gone.abort(new Error("the consumer went away"));
    await Promise.race([done, clock.sleep(afterwardsMs)]);
  });
  return {
    ...seen,
    sent: Buffer.concat(pieces.map(({ bytes }) => bytes)).toString("latin1"),
    sentAtMs: pieces.map(({ atMs }) => atMs),
    endedMs: settledMs ?? clock.monotonic(),
  };
}
