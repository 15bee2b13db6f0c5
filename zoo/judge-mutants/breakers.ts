import { type JudgeMutant, mutantsOf } from "./model.ts";

/** Rules about circuit breakers, turned round or let go. */
export const ofBreakers: readonly JudgeMutant[] = [
  ...mutantsOf("opens", [
    {
      kind: "negated",
      was: "return facts.declared ? neverOpened(view, facts, target) : unprotected(view, target);",
      now: "return facts.declared ? unprotected(view, target) : neverOpened(view, facts, target);",
      says: "A declared breaker is held to what holds for none, and none to what holds for a declared one.",
    },
    {
      kind: "loosened",
      was: "if (trip === null || !isPastDoubt(trip)) {",
      now: "if (trip === null || !isPastDoubt(trip) || trip.beyond.length < 20_000) {",
      says: "Twenty thousand calls may reach the provider beyond the threshold.",
    },
  ]),
  ...mutantsOf("opens-on-timeouts", [
    {
      kind: "negated",
      was: "if (!facts.declared)",
      now: "if (facts.declared)",
      says: "It does not apply to declared breakers.",
    },
    {
      kind: "loosened",
      was: "if (trip === null || !isPastDoubt(trip)) {",
      now: "if (trip === null || !isPastDoubt(trip) || trip.beyond.length < 20_000) {",
      says: "Twenty thousand calls may go out to wait beyond the threshold.",
    },
  ]),
  ...mutantsOf("fails-fast", [
    {
      kind: "negated",
      was: 'if (slow <= limitMs) return say("pass"',
      now: 'if (slow > limitMs) return say("pass"',
      says: "Refusals must be slow.",
    },
    {
      kind: "loosened",
      was: "const refusalMs = 100;",
      now: "const refusalMs = 100_000;",
      says: "A refusal may take a minute and a half.",
    },
  ]),
  ...mutantsOf("probes-gently", [
    {
      kind: "negated",
      was: "if (requests.length > most) {",
      now: "if (requests.length <= most) {",
      says: "As many probes as allowed count as too many.",
    },
    {
      kind: "loosened",
      was: "if (requests.length > most) {",
      now: "if (requests.length > 1_000) {",
      says: "A thousand probes may go out at once.",
    },
  ]),
  ...mutantsOf("recovers", [
    {
      kind: "negated",
      was: "if (restoredMs !== null && restoredMs <= dueMs) {",
      now: "if (restoredMs === null || restoredMs > dueMs) {",
      says: "Whoever does not come back passes.",
    },
    {
      kind: "loosened",
      was: "if (late > 0) {",
      now: "if (late >= 0) {",
      says: "Whoever does not come back is excused by late answers of which there was none.",
    },
  ]),
  ...mutantsOf("does-not-flap", [
    {
      kind: "negated",
      was: "if (share >= facts.failureRate) {",
      now: "if (share < facts.failureRate) {",
      says: "Whoever opens on too few failures is excused.",
    },
    {
      kind: "loosened",
      was: "if (opening !== null) {",
      now: "if (opening !== null && share > 1) {",
      says: "It may open on anything.",
    },
  ]),
  ...mutantsOf("right-granularity", [
    {
      kind: "negated",
      was: 'return say(same ? "advice" : "fail", because, calls, {',
      now: 'return say("pass", because, calls, {',
      says: "Whoever holds the others back passes.",
    },
    {
      kind: "loosened",
      was: "if (held.length < sure.length / 2) {",
      now: "if (held.length <= sure.length) {",
      says: "Calls that do not get through are laid at the provider's door.",
    },
  ]),
  ...mutantsOf("bulkhead-isolates", [
    {
      kind: "negated",
      was: 'const verdict = isGrave(row) ? "fail" : "advice";',
      now: 'const verdict = isGrave(row) ? "pass" : "advice";',
      says: "Whoever leaves other providers no room passes.",
    },
    {
      kind: "loosened",
      was: "if (otherwise.length >= row.sure.length / 2) {",
      now: "if (otherwise.length >= 0) {",
      says: "Every want of room is taken for a breaker's refusal.",
    },
  ]),
];
