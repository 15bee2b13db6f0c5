import { type JudgeMutant, mutantsOf } from "./model.ts";

/** Rules about ids, logs and spans, turned round or let go. */
export const ofObservability: readonly JudgeMutant[] = [
  ...mutantsOf("id-in-to-out", [
    {
      kind: "negated",
      was: "if (lost.length === 0) {",
      now: "if (lost.length > 0) {",
      says: "Calls that lose their id pass.",
    },
    {
      kind: "loosened",
      was: "return parseTraceparent(value)?.traceId === call.traceId;",
      now: "return true;",
      says: "Any trace will do.",
    },
  ]),
  ...mutantsOf("id-created", [
    {
      kind: "negated",
      was: "if (lost.length > calls.length / 2) return refused",
      now: "if (lost.length <= calls.length / 2) return refused",
      says: "Calls that succeed count as refused.",
    },
    {
      kind: "loosened",
      was: "if (ids.size < calls.length) {",
      now: "if (ids.size < 1) {",
      says: "One id will do for all strangers.",
    },
  ]),
  ...mutantsOf("retries-are-siblings", [
    {
      kind: "negated",
      was: "if (apart.length > 0) return otherTrace",
      now: "if (apart.length === 0) return otherTrace",
      says: "Attempts of one trace count as belonging to several.",
    },
    {
      kind: "loosened",
      was: 'countOf(call, "spanId") < spansOf(call).length',
      now: 'countOf(call, "spanId") < 1',
      says: "One span will do for all attempts.",
    },
  ]),
  ...mutantsOf("logs-carry-id", [
    {
      kind: "negated",
      was: "if (silent.length === 0) {",
      now: "if (silent.length > 0) {",
      says: "Calls that cannot be found in the logs pass.",
    },
    {
      kind: "loosened",
      was: "(call.log?.linesWithId ?? 0) === 0",
      now: "(call.log?.lines ?? 0) === 0",
      says: "Any line will do, with an id or without.",
    },
  ]),
  ...mutantsOf("logs-diagnose", [
    {
      kind: "negated",
      was: 'if (!broken && missing.length <= 1) return say("pass"',
      now: 'if (broken || missing.length > 1) return say("pass"',
      says: "Lines that tell nothing pass.",
    },
    {
      kind: "loosened",
      was: "const broken = score < total / 2 || !apart || mute.length > 0;",
      now: "const broken = false;",
      says: "Whatever the lines leave out is a matter of taste.",
    },
  ]),
  ...mutantsOf("spans-diagnose", [
    {
      kind: "negated",
      was: "if (missing.length === 0 && apart) {",
      now: "if (missing.length > 0 || !apart) {",
      says: "Spans that tell nothing pass.",
    },
    {
      kind: "loosened",
      was: "const missing = missingIn(traced);",
      now: "const missing = missingIn([]);",
      says: "No fact needs to be told.",
    },
  ]),
  ...mutantsOf("log-volume", [
    {
      kind: "negated",
      was: "if (value <= allowed)",
      now: "if (value > allowed)",
      says: "Logs must swell in an outage.",
    },
    {
      kind: "loosened",
      was: "const allowed = timesMax *",
      now: "const allowed = 1_000 * timesMax *",
      says: "Ten thousand times the lines are allowed for.",
    },
  ]),
  ...mutantsOf("no-secrets-in-logs", [
    {
      kind: "negated",
      was: "if (evidence.leaks.length > 0) {",
      now: "if (evidence.leaks.length === 0) {",
      says: "Logs without a secret count as leaking.",
    },
    {
      kind: "loosened",
      was: "if (evidence.leaks.length > 0) {",
      now: "if (evidence.leaks.length > 100_000) {",
      says: "A hundred thousand lines may hold a secret.",
    },
  ]),
];
