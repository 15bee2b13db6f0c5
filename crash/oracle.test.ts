import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Fact } from "./model.ts";
import { type Findings, judge } from "./oracle.ts";
import { planOf, requestKeys, sagaPlans } from "./plan.ts";

const items = planOf("case");
const stored = items.filter(({ fate }) => fate !== "rolled-back");

/** What a case leaves in which everything went well. */
function allWell(): Findings {
  const effects: { consumer: string; id: string; key: string; seq: number | null }[] = [];
  const seqs = new Map<string, number>();
  for (const { id, kind, key } of stored.filter(({ fate }) => fate !== "discarded")) {
    if (kind === "step") {
      const seq = (seqs.get(key) ?? 0) + 1;
      seqs.set(key, seq);
      effects.push({ consumer: "ledger", id, key, seq });
    } else for (const consumer of ["notes", "echo"]) effects.push({ consumer, id, key, seq: null });
  }
  for (const { key } of requestKeys) effects.push({ consumer: "asked", id: key, key, seq: null });
  const provider = [
    ...requestKeys.flatMap(({ key, mode }) =>
      mode === "lease" ? [{ key: `idem:${key}`, what: "charge" }] : [],
    ),
    ...sagaPlans.flatMap(({ id, ends }) =>
      [
        ...["reserve", "authorize"].flatMap((step) => [
          step,
          ...(ends === "compensated" ? [`${step}:undo`] : []),
        ]),
        ...(ends === "completed" ? ["capture"] : []),
      ].map((step) => ({ key: `saga:${id}:${step}`, what: step })),
    ),
  ];
  const answer = (key: string, replayed: boolean): Fact => ({
    kind: "answered",
    key,
    status: 201,
    body: "{}",
    replayed,
  });
  const facts: Fact[] = [
    ...items.flatMap(({ id, fate }): Fact[] => [
      { kind: "intent", id },
      { kind: fate === "rolled-back" ? "rolled-back" : "committed", id },
    ]),
    ...requestKeys.flatMap(({ key }) => [answer(key, false), answer(key, true)]),
    {
      kind: "settled",
      sagas: Object.fromEntries(sagaPlans.map(({ id, ends }) => [id, ends])),
      outbox: 0,
      parked: 0,
      deadLetters: 0,
      firstProgressMs: 900,
      wallMs: 2_000,
      rssBytes: 1e8,
      points: {},
    },
  ];
  return {
    items,
    facts,
    provider,
    sales: new Set(stored.map(({ id }) => id)),
    asked: requestKeys.map(({ key }) => key),
    effects,
  };
}

describe("the oracle of the crash matrix", () => {
  it("finds nothing where everything went well", () => assert.deepEqual(judge(allWell()), []));

  const well = allWell();
  const note = stored.find(({ kind }) => kind === "note") ?? assert.fail();
  const rolled = items.find(({ fate }) => fate === "rolled-back") ?? assert.fail();
  const discarded = items.find(({ fate }) => fate === "discarded") ?? assert.fail();
  const without = (consumer: string, id: string): Findings => ({
    ...well,
    effects: well.effects.filter((effect) => effect.consumer !== consumer || effect.id !== id),
  });
  const end = well.facts.at(-1) as Extract<Fact, { kind: "settled" }>;
  const ended = (change: Partial<typeof end>): Findings => ({
    ...well,
    facts: [...well.facts.slice(0, -1), { ...end, ...change }],
  });
  const steps = well.effects.filter(({ consumer }) => consumer === "ledger");

  const planted: readonly (readonly [name: string, invariant: string, findings: Findings])[] = [
    [
      "a committed row that is gone",
      "I1",
      { ...well, sales: new Set([...well.sales].filter((id) => id !== note.id)) },
    ],
    ["a message that was never handled", "I1", without("notes", note.id)],
    ["a message of a handler that never arrived", "I1", without("echo", note.id)],
    ["a row that was rolled back", "I2", { ...well, sales: new Set([...well.sales, rolled.id]) }],
    [
      "an effect of what was rolled back",
      "I2",
      { ...well, effects: [...well.effects, { consumer: "notes", id: rolled.id, key: "k", seq: null }] },
    ],
    [
      "an effect of what was discarded",
      "I2",
      {
        ...well,
        effects: [...well.effects, { consumer: "notes", id: discarded.id, key: "k", seq: null }],
      },
    ],
    ["an effect twice", "I3", { ...well, effects: [...well.effects, ...well.effects.slice(0, 1)] }],
    [
      "an order that is turned round",
      "I4",
      { ...well, effects: [...well.effects.filter((one) => !steps.includes(one)), ...steps.toReversed()] },
    ],
    [
      "a dead letter that nothing refuses",
      "I5",
      { ...well, facts: [...well.facts, { kind: "dead", id: note.id, where: "relay", reason: "failed" }] },
    ],
    ["too much memory", "I7", ended({ rssBytes: 1e9 })],
    ["a slow recovery", "I8", ended({ firstProgressMs: 60_000 })],
    ["no end", "I8", { ...well, facts: well.facts.slice(0, -1) }],
    [
      "duplicates without a death",
      "I9",
      { ...well, facts: [...well.facts, { kind: "duplicate", id: note.id, consumer: "notes" }] },
    ],
    ["what was left over", "end", ended({ deadLetters: 1 })],
    ["a request that took effect twice", "request", { ...well, asked: [...well.asked, "tx-1"] }],
    [
      "a charge that was made twice",
      "request",
      { ...well, provider: [...well.provider, { key: "idem:lease-1:2", what: "charge" }] },
    ],
    [
      "an answer that was made anew",
      "request",
      {
        ...well,
        facts: well.facts.map((fact) => (fact.kind === "answered" ? { ...fact, replayed: false } : fact)),
      },
    ],
    [
      "a step that was not undone",
      "saga",
      { ...well, provider: well.provider.filter(({ key }) => key !== "saga:saga-2:reserve:undo") },
    ],
    [
      "a step that was undone for nothing",
      "saga",
      { ...well, provider: [...well.provider, { key: "saga:saga-1:reserve:undo", what: "release" }] },
    ],
    [
      "a pivot before its failure",
      "saga",
      { ...well, provider: [...well.provider, { key: "saga:saga-2:capture", what: "capture" }] },
    ],
    ["a saga that ended otherwise", "saga", ended({ sagas: { ...end.sagas, "saga-1": "compensated" } })],
  ];
  for (const [name, invariant, findings] of planted)
    it(`finds ${name}`, () =>
      assert.deepEqual([...new Set(judge(findings).map((one) => one.invariant))], [invariant]));
});
