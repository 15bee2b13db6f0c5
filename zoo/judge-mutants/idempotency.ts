import { type JudgeMutant, mutantsOf } from "./model.ts";

/** Rules about keys and effects, turned round or let go. */
export const ofIdempotency: readonly JudgeMutant[] = [
  ...mutantsOf("key-present", [
    {
      kind: "negated",
      was: "if (without.length > 0) return absent",
      now: "if (without.length === 0) return absent",
      says: "Calls that carry a key count as lacking it.",
    },
    {
      kind: "loosened",
      was: "if (without.length > 0) return absent",
      now: "if (without.length > calls.length) return absent",
      says: "All calls may lack their key.",
    },
  ]),
  ...mutantsOf("key-stable", [
    {
      kind: "negated",
      was: "keysOf(call, target.operation).size > 1)",
      now: "keysOf(call, target.operation).size === 1)",
      says: "A key that stays counts as one that changes.",
    },
    {
      kind: "loosened",
      was: "keysOf(call, target.operation).size > 1)",
      now: "keysOf(call, target.operation).size > 9)",
      says: "A call may have nine keys.",
    },
  ]),
  ...mutantsOf("key-unique", [
    {
      kind: "negated",
      was: "(counts.get(key) ?? 0) > 1)",
      now: "(counts.get(key) ?? 0) === 1)",
      says: "A key of one call alone counts as shared.",
    },
    {
      kind: "loosened",
      was: "(counts.get(key) ?? 0) > 1)",
      now: "(counts.get(key) ?? 0) > 1_000)",
      says: "A thousand calls may share a key.",
    },
  ]),
  ...mutantsOf("key-survives-restart", [
    {
      kind: "negated",
      was: "if (changed.length > 0) return anotherKey",
      now: "if (changed.length === 0) return anotherKey",
      says: "A key that survives counts as another one.",
    },
    {
      kind: "loosened",
      was: 'return others.length === 0 && first !== "(none)";',
      now: 'return first !== "(none)";',
      says: "Any key will do after the restart.",
    },
  ]),
  ...mutantsOf("one-effect-on-lost-reply", [
    {
      kind: "negated",
      was: "counted.filter((one) => one.effects > usual)",
      now: "counted.filter((one) => one.effects <= usual)",
      says: "One effect counts as too many.",
    },
    {
      kind: "loosened",
      was: "counted.filter((one) => one.effects > usual)",
      now: "counted.filter((one) => one.effects > 100 * usual)",
      says: "A call may take effect a hundred times.",
    },
  ]),
  ...mutantsOf("one-effect-on-late-duplicate", [
    {
      kind: "negated",
      was: "effectsOf(call, target) > usual)",
      now: "effectsOf(call, target) <= usual)",
      says: "One effect counts as too many.",
    },
    {
      kind: "loosened",
      was: "effectsOf(call, target) > usual)",
      now: "effectsOf(call, target) > 100 * usual)",
      says: "A call may take effect a hundred times.",
    },
  ]),
  ...mutantsOf("replays", [
    {
      kind: "negated",
      was: "if (refused.length > 0) return notTold",
      now: "if (refused.length === 0) return notTold",
      says: "A repetition must be refused.",
    },
    {
      kind: "loosened",
      was: "effectsIn(call, target, before) > usual,",
      now: "effectsIn(call, target, before) > 100 * usual,",
      says: "A key may take effect a hundred times.",
    },
    {
      kind: "loosened",
      was: "if (refused.length > 0) return notTold(refused, pairs, target);",
      now: "",
      says: "A repetition may be refused.",
    },
  ]),
  ...mutantsOf("serialises-concurrent", [
    {
      kind: "negated",
      was: "if (doubled.length > 0) return raced",
      now: "if (doubled.length === 0) return raced",
      says: "One effect counts as a lost race.",
    },
    {
      kind: "loosened",
      was: "calls.filter((call) => usual > 0 && effectsIn(call, target) > usual)",
      now: "calls.filter((call) => usual > 0 && effectsIn(call, target) > 100 * usual)",
      says: "A key may take effect a hundred times.",
    },
  ]),
  ...mutantsOf("rejects-mismatch", [
    {
      kind: "negated",
      was: "if (replayed.length > 0) return broken",
      now: "if (replayed.length === 0) return broken",
      says: "Another body that is refused counts as answered.",
    },
    {
      kind: "loosened",
      was: "other.status !== null && other.status < 300",
      now: "other.status !== null && other.status < 200",
      says: "Another body may be answered with success.",
    },
  ]),
  ...mutantsOf("completes-after-crash", [
    {
      kind: "negated",
      was: "if (lost.length > 0) return neverDone",
      now: "if (lost.length === 0) return neverDone",
      says: "What was done counts as never done.",
    },
    {
      kind: "loosened",
      was: "made.filter((call) => usual > 0 && effectsIn(call, target) > usual)",
      now: "made.filter((call) => usual > 0 && effectsIn(call, target) > 100 * usual)",
      says: "A key may take effect a hundred times.",
    },
    {
      kind: "loosened",
      was: 'if (open.length > 0) return notCompleted("advice"',
      now: 'if (open.length > 1_000) return notCompleted("advice"',
      says: "What is not completed is let go.",
    },
  ]),
];
