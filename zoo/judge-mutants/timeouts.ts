import { type JudgeMutant, mutantsOf } from "./model.ts";

/** Rules about time, turned round or let go. */
export const ofTimeouts: readonly JudgeMutant[] = [
  ...mutantsOf("stays-alive", [
    {
      kind: "negated",
      was: 'one.end === "exited" || one.answeredAfter === false',
      now: 'one.end !== "exited" && one.answeredAfter !== false',
      says: "An instance that lived on counts as broken, one that did not as well.",
    },
    {
      kind: "loosened",
      was: 'one.end === "exited" || one.answeredAfter === false',
      now: "one.answeredAfter === false",
      says: "A process that ended by itself is let go.",
    },
    {
      kind: "loosened",
      was: " || one.answeredAfter === false",
      now: "",
      says: "A process that lives and serves nobody is let go.",
    },
  ]),
  ...mutantsOf("connect", [
    {
      kind: "negated",
      was: "if (endless.length > 0) return hang",
      now: "if (endless.length === 0) return hang",
      says: "Whoever gives connecting up is said to hang, and whoever hangs is not.",
    },
    {
      kind: "loosened",
      was: "Math.max(300, 0.05 * limit.value)",
      now: "Math.max(300_000, 0.05 * limit.value)",
      says: "Five minutes more than the limit are allowed for.",
    },
  ]),
  ...mutantsOf("attempt", [
    {
      kind: "negated",
      was: "if (middle <= allowedMs) {",
      now: "if (middle > allowedMs) {",
      says: "Attempts must outlast their limit.",
    },
    {
      kind: "loosened",
      was: "Math.max(100, 0.05 * limit.value)",
      now: "Math.max(100_000, 0.05 * limit.value)",
      says: "A hundred seconds more than the limit are allowed for.",
    },
    {
      kind: "loosened",
      was: "if (endless.length > 0) return hang(endless, calls, target, limit);",
      now: "",
      says: "An attempt that is never given up is not looked at.",
      survives:
        "Every consumer of the zoo that holds an attempt has a deadline that ends it, so that the median of its waits shows it too; attempt.test.ts holds the rule.",
    },
  ]),
  ...mutantsOf("deadline", [
    {
      kind: "negated",
      was: "calls.filter((call) => durationMs(call) > allowedMs)",
      now: "calls.filter((call) => durationMs(call) <= allowedMs)",
      says: "Calls that end in time count as late.",
    },
    {
      kind: "loosened",
      was: '(["hang-forever", "drip-forever"] as const).map',
      now: '(["hang-forever"] as const).map',
      says: "A provider that trickles its answer is not looked at.",
    },
    {
      kind: "loosened",
      was: "Math.max(250, 0.05 * limit.value)",
      now: "Math.max(250_000, 0.05 * limit.value)",
      says: "Four minutes more than the deadline are allowed for.",
    },
  ]),
  ...mutantsOf("cancels-on-the-wire", [
    {
      kind: "negated",
      was: "(one) => one.openForMs >= leakMs",
      now: "(one) => one.openForMs < leakMs",
      says: "Connections that are released at once count as leaked.",
    },
    {
      kind: "loosened",
      was: "const leakMs = 2_000;",
      now: "const leakMs = 2_000_000;",
      says: "A connection may stay open for half an hour.",
    },
  ]),
  ...mutantsOf("ordering", [
    {
      kind: "negated",
      was: "durationMs(call) > subject.caller.value + spareMs",
      now: "durationMs(call) <= subject.caller.value + spareMs",
      says: "Calls that end before their caller goes count as late.",
    },
    {
      kind: "loosened",
      was: "if (allowedMs > subject.caller.value + 0.05 * subject.caller.value)",
      now: "if (allowedMs > 1_000 * subject.caller.value)",
      says: "Limits may add up to a thousand times what the caller waits.",
    },
    {
      kind: "loosened",
      was: "Math.max(250, 0.05 * subject.caller.value)",
      now: "Math.max(250_000, 0.05 * subject.caller.value)",
      says: "A call may outlast its caller by four minutes.",
    },
  ]),
  ...mutantsOf("deadline-propagates", [
    {
      kind: "negated",
      was: "beyondMs(one, limit) > spareMs(limit)",
      now: "beyondMs(one, limit) <= spareMs(limit)",
      says: "What is true about the time that is left counts as too much.",
    },
    {
      kind: "loosened",
      was: "return Math.max(250, 0.1 * limit.value);",
      now: "return Math.max(250_000_000, 0.1 * limit.value);",
      says: "Any time may be told.",
    },
    {
      kind: "loosened",
      was: "if (silent.length > 0) return partlyTold",
      now: "if (silent.length > 1_000) return partlyTold",
      says: "It does if some attempts tell it.",
    },
  ]),
  ...mutantsOf("server-slow-headers", [
    {
      kind: "negated",
      file: "slow-verdict.ts",
      was: "if (lasting.length === 0) return endedInTime",
      now: "if (lasting.length > 0) return endedInTime",
      says: "Connections that last pass, and those that are ended do not.",
    },
    {
      kind: "loosened",
      file: "slow-verdict.ts",
      was: "const lateness = 1.2;",
      now: "const lateness = 1_000;",
      says: "A thousand times the limit is allowed for.",
    },
  ]),
  ...mutantsOf("server-slow-body", [
    {
      kind: "negated",
      file: "slow-verdict.ts",
      was: "if (lasting.length === 0) return endedInTime",
      now: "if (lasting.length > 0) return endedInTime",
      says: "Connections that last pass, and those that are ended do not.",
    },
    {
      kind: "loosened",
      file: "slow-verdict.ts",
      was: "one.endedMs === null || lastedMs(one) > limitMs * lateness",
      now: "one.endedMs !== null && lastedMs(one) > limitMs * lateness",
      says: "A connection that still stands at the end of the watch is let go.",
    },
  ]),
  ...mutantsOf("server-keeps-serving", [
    {
      kind: "negated",
      was: "if (found <= limit)",
      now: "if (found > limit)",
      says: "Others must be slower beside slow connections.",
    },
    {
      kind: "loosened",
      was: "if (failed.length > 1 || failed.length > during.length * 0.02)",
      now: "if (failed.length > during.length)",
      says: "All calls of others may fail.",
    },
  ]),
];
