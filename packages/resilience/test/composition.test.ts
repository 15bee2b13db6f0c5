import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { isDeepStrictEqual } from "node:util";
import { errorCodes, type Protected, parsePolicy, resilient } from "../src/index.ts";
import { assertAtRest, assertCountsAgree } from "./support/at-rest.ts";
import { coded } from "./support/coded.ts";
import {
  type Behaviour,
  type End,
  endOf,
  type Interruption,
  layerOf,
  type Tie,
} from "./support/composition-model.ts";
import {
  documentOf,
  goTogether,
  innerTimes,
  isPreceded,
  outerTimes,
  type Part,
  parts,
  type Times,
} from "./support/composition-parts.ts";
import { type World, world } from "./support/world.ts";

/** Behaviours of the function. The one that hangs does so beyond all that is waited for. */
const behaviours: Readonly<Record<string, Behaviour>> = {
  success: { ms: 9, fails: false },
  failure: { ms: 9, fails: true },
  hang: { ms: 2_003, fails: false },
};

const interruptions: Readonly<Record<string, Interruption | null>> = {
  nothing: null,
  "an early abort": { atMs: 5, code: "ABORTED" },
  "an abort": { atMs: 73, code: "ABORTED" },
  "a deadline of its own": { atMs: 61, code: "TIMEOUT_TOTAL" },
  "the end of the runtime": { atMs: 73, code: "DISPOSED" },
};

const fallbacks = { good: () => "fallback", bad: () => Promise.reject(coded("ECONNRESET")) };

interface Layered {
  readonly parts: readonly Part[];
  readonly times: Times;
}

/** The codes with which calls have ended. */
const reached = new Set<string | null>();

const horizonMs = 10_000;
type Make = Protected<[what: "block" | "call"], unknown>;

/** Plays a call through the layers, the outermost first, in a world of its own. */
async function play(
  here: World,
  layers: readonly Layered[],
  behaviour: Behaviour,
  interruption: Interruption | null,
): Promise<{ readonly end: Omit<End, "kind">; readonly trails: readonly (readonly string[])[] }> {
  const { clock, runtime, work } = here;
  const blockers = new Set<object>();
  const trails = trailsOf(here, layers.length, blockers);
  const compiled: Make[] = [];
  for (const [index, layer] of [...layers.entries()].reverse()) {
    const inner = compiled[0];
    const document = parsePolicy(documentOf(`layer ${index}`, layer.parts, layer.times));
    const call = resilient(
      document,
      async (context, what: "block" | "call"): Promise<unknown> => {
        if (what === "block") {
          blockers.add(context);
          return await work(layer.times.place);
        }
        if (inner !== undefined) return await inner.with({ parent: context }, what);
        await work(behaviour.ms);
        if (behaviour.fails) throw coded("ECONNRESET");
        return "answer";
      },
      { runtime, fallback: fallbacks as never },
    );
    compiled.unshift(call as unknown as Make);
  }
  for (const [index, layer] of layers.entries()) {
    if (isPreceded(layer.parts)) void compiled[index]?.outcome({}, "block");
    if (layer.parts.includes("open circuit")) runtime.force(`layer ${index}`, "open");
  }

  const controller = new AbortController();
  const isDeadline = interruption?.code === "TIMEOUT_TOTAL";
  const options = { signal: controller.signal, ...(isDeadline && { deadlineMs: interruption.atMs }) };
  const outcome = (compiled[0] as Make)
    .outcome(options, "call")
    .then((end) => ({ at: clock.monotonic(), ...facts(end) }));
  await clock.advance(interruption?.atMs ?? 0);
  if (interruption?.code === "ABORTED") controller.abort("given up");
  if (interruption?.code === "DISPOSED") runtime.dispose();
  await clock.advance(horizonMs);

  assertAtRest(runtime, [controller.signal]);
  assertCountsAgree(runtime, here.events);
  return { end: await outcome, trails: trails() };
}

function facts(end: Awaited<ReturnType<Make["outcome"]>>): Omit<End, "kind" | "at"> {
  if (end.ok) return { code: null, answer: end.value as "answer", attempts: Number.NaN };
  return { code: end.error.code, answer: null, attempts: end.error.attempts };
}

/** What is told of the attempts of each layer, but for those of the calls that go before. */
function trailsOf(here: World, layers: number, blockers: ReadonlySet<object>) {
  const told: { readonly layer: string; readonly context: object | null; readonly text: string }[] = [];
  here.runtime.observe((event) => {
    if (!("attempt" in event)) return;
    const { type, policy: layer, attempt } = event;
    const how = type === "attempt.ended" ? (event.failure === null ? " well" : " badly") : "";
    const text = `${here.clock.monotonic()} ${type.split(".")[1]} ${attempt}${how}`;
    told.push({ layer, context: "context" in event ? event.context : null, text });
  });
  return () =>
    Array.from({ length: layers }, (_, index) =>
      told
        .filter(({ layer, context }) => layer === `layer ${index}` && !blockers.has(context ?? here))
        .map(({ text }) => text),
    );
}

const ties: readonly Tie[] = ["outer", "inner"];

function modelled(
  layers: readonly Layered[],
  behaviour: Behaviour,
  interruption: Interruption | null,
  tie: Tie,
) {
  const models = layers.map((layer) => layerOf(layer.parts, layer.times));
  const { at, code, answer, attempts } = endOf(models, behaviour, interruption, tie);
  return { end: { at, code, answer, attempts }, trails: models.map(({ trail }) => trail) };
}

async function assertAsModel(layers: readonly Layered[], turns: "moments" | "batched"): Promise<void> {
  for (const [how, behaviour] of Object.entries(behaviours)) {
    for (const [by, interruption] of Object.entries(interruptions)) {
      const played = await play(world({ turns }), layers, behaviour, interruption);
      const [expected, other] = ties.map((tie) => modelled(layers, behaviour, interruption, tie));

      // A call that succeeds does not tell how many attempts it took; its trail does.
      const attempts = played.end.code === null ? expected?.end.attempts : played.end.attempts;
      reached.add(played.end.code);
      const found = { ...played, end: { ...played.end, attempts } };
      if (isDeepStrictEqual(found, other)) continue;
      assert.deepEqual(found, expected, `${how}, ended by ${by}`);
    }
  }
}

describe("two patterns in one policy", () => {
  for (const [index, one] of parts.entries()) {
    for (const other of parts.slice(index).filter((each) => goTogether(one, each))) {
      const name = one === other ? `${one} alone` : `${one} and ${other}`;
      it(`${name}: ends as the model says, when it says, and leaves nothing behind`, async () => {
        await assertAsModel([{ parts: [one, other], times: outerTimes }], "moments");
        await assertAsModel([{ parts: [one, other], times: outerTimes }], "batched");
      });
    }
  }
});

describe("one pattern around another", () => {
  for (const outer of parts) {
    for (const inner of parts) {
      it(`${outer} around ${inner}: ends as the model says, when it says, and leaves nothing behind`, async () => {
        const layers = [
          { parts: [outer], times: outerTimes },
          { parts: [inner], times: innerTimes },
        ];
        await assertAsModel(layers, "moments");
        await assertAsModel(layers, "batched");
      });
    }
  }
});

describe("all of them", () => {
  it("come to every end that there is", () => {
    assert.deepEqual([...reached].sort(), [null, ...errorCodes].sort());
  });
});
