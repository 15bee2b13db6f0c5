import { type JudgeMutant, mutantsOf } from "./model.ts";

/** Rules about sending again, turned round or let go. */
export const ofRetries: readonly JudgeMutant[] = [
  ...mutantsOf("retries-transient", [
    {
      kind: "negated",
      file: "recovery.ts",
      was: "if (missing.length > 0) return notRecovered",
      now: "if (missing.length === 0) return notRecovered",
      says: "Calls that recover count as lost, and lost ones as recovered.",
    },
    {
      kind: "loosened",
      was: '  { failure: "reset", words: "reset", experiment: "reset-once-fresh" },\n',
      now: "",
      says: "A reset is not looked at.",
    },
    {
      kind: "loosened",
      file: "recovery.ts",
      was: "part.recovered < part.calls.length",
      now: "part.recovered < 0",
      says: "No call needs to recover.",
    },
  ]),
  ...mutantsOf("retries-after-timeout", [
    {
      kind: "negated",
      was: "if (held.length > 0) return neverGivenUp",
      now: "if (held.length === 0) return neverGivenUp",
      says: "Attempts that were given up count as held.",
    },
    {
      kind: "loosened",
      was: "if (limit.value - took - waitMs > took / 2) return null;",
      now: "if (limit.value < 0) return null;",
      says: "No deadline leaves room for a second attempt.",
    },
  ]),
  ...mutantsOf("bounded", [
    {
      kind: "negated",
      was: "if (limit.declared && over.length > 0)",
      now: "if (limit.declared && over.length === 0)",
      says: "Calls that keep to the number count as above it.",
    },
    {
      kind: "loosened",
      was: "return withoutReplays(call.attempts).length;",
      now: "return withoutReplays(call.attempts).length - 1;",
      says: "Retries are counted and held against a number of attempts.",
    },
  ]),
  ...mutantsOf("classification", [
    {
      kind: "negated",
      was: "return sentAgain(cell) > 0 && !isOnceInAWhile(cell);",
      now: "return sentAgain(cell) === 0;",
      says: "A refused request must be sent again.",
    },
    {
      kind: "loosened",
      file: "status-matrix.ts",
      was: "finalStatuses = [400, 401,",
      now: "finalStatuses = [401,",
      says: "A 400 may be sent again.",
    },
    {
      kind: "loosened",
      was: "cell.retried === 0 &&",
      now: "cell.retried < 0 &&",
      says: "What is declared as sent again need not be.",
    },
  ]),
  ...mutantsOf("honours-retry-after", [
    {
      kind: "negated",
      was: 'one.verdict === "early" && !excused.includes(one.value)',
      now: 'one.verdict === "honoured" && !excused.includes(one.value)',
      says: "A wait that was asked for and kept counts as early.",
    },
    {
      kind: "loosened",
      was: "if (early.length > 0) return ignored",
      now: "if (early.length > 100) return ignored",
      says: "Attempts may come earlier than asked.",
    },
    {
      kind: "loosened",
      was: "if (isHeeded(throttled)) return ignoredOn503",
      now: "if (onOutage.length > 100) return ignoredOn503",
      says: "Retry-After may be ignored on 503.",
    },
  ]),
  ...mutantsOf("backs-off", [
    {
      kind: "negated",
      was: 'if (growth.verdict === "growing") {',
      now: 'if (growth.verdict !== "growing") {',
      says: "Waits that do not grow pass, and those that do are open.",
    },
    {
      kind: "loosened",
      file: "growth.ts",
      was: "export const growthMin = 1.25;",
      now: "export const growthMin = 0.5;",
      says: "Waits that halve count as growing.",
    },
    {
      kind: "loosened",
      was: "if (!delayed) return noDelay(median(waits), calls, policy, target);",
      now: "",
      says: "No wait at all is not looked at.",
    },
  ]),
  ...mutantsOf("jitters", [
    {
      kind: "negated",
      was: 'if (sequences === "shared") return sharedSeed',
      now: 'if (sequences !== "shared") return sharedSeed',
      says: "Instances that draw for themselves count as sharing a seed.",
    },
    {
      kind: "loosened",
      was: 'return declared === "proportional" ? 0.15 : 0.25;',
      now: "return 0.000_1;",
      says: "Any width counts as jitter.",
    },
    {
      kind: "loosened",
      was: 'return sameSequence(places.flat(), sigmaMs) ? "shared" : likeness(places);',
      now: 'return "own";',
      says: "Instances with one seed are not looked for.",
    },
  ]),
  ...mutantsOf("spreads-retries", [
    {
      kind: "negated",
      was: "const isApart = wave.share <= apartUpTo;",
      now: "const isApart = wave.share > apartUpTo;",
      says: "Calls must come back as one herd.",
    },
    {
      kind: "loosened",
      was: "const isApart = wave.share <= apartUpTo;",
      now: "const isApart = wave.share <= 1;",
      says: "All calls may come back together.",
    },
  ]),
  ...mutantsOf("budget", [
    {
      kind: "negated",
      was: "if (last <= mostPerCall) {",
      now: "if (last > mostPerCall) {",
      says: "More requests than the budget allows pass.",
    },
    {
      kind: "loosened",
      was: "const slack = 0.1;",
      now: "const slack = 100;",
      says: "A hundred requests a call more than the budget are allowed for.",
    },
  ]),
  ...mutantsOf("resends-identical-request", [
    {
      kind: "negated",
      was: "if (changed.length > 0) return differs",
      now: "if (changed.length === 0) return differs",
      says: "Identical requests count as changed.",
    },
    {
      kind: "loosened",
      was: "differences.length > 0)",
      now: "differences.length > 50)",
      says: "Fifty differences are no difference.",
    },
  ]),
  ...mutantsOf("no-hidden-replay", [
    {
      kind: "negated",
      was: "if (retriesAsFast(evidence)) {",
      now: "if (!retriesAsFast(evidence)) {",
      says: "What the consumer never does by itself is taken for its own.",
    },
    {
      kind: "loosened",
      was: "if (\n      isIdempotent(method, target) ||",
      now: "if (\n      method !== null ||",
      says: "A replay is harmless whatever is replayed.",
    },
  ]),
];
