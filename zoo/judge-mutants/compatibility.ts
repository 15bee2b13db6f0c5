import { type JudgeMutant, mutantsOf } from "./model.ts";

/** Rules about answers that change, turned round or let go. */
export const ofCompatibility: readonly JudgeMutant[] = [
  ...mutantsOf("tolerates-unknown-field", [
    {
      kind: "negated",
      was: "if (harmed.length > 0) return harm",
      now: "if (harmed.length === 0) return harm",
      says: "Calls that a change does not mind count as broken by it.",
    },
    {
      kind: "loosened",
      was: "return calls.length >= callsMin && failed.length + unfinished.length === calls.length;",
      now: "return calls.length > 1_000 && failed.length + unfinished.length === calls.length;",
      says: "Calls that all fail are too few to tell.",
    },
    {
      kind: "loosened",
      was: "isOf(newValues, one) && !isCleanRefusal(one, usual)",
      now: "isOf([], one) && !isCleanRefusal(one, usual)",
      says: "New values are not looked at.",
    },
  ]),
  ...mutantsOf("survives-unknown-version", [
    {
      kind: "negated",
      was: "if (again.length < callsMin && bare.length < callsMin) {",
      now: "if (again.length >= callsMin || bare.length >= callsMin) {",
      says: "A refusal passes when it is asked for again.",
    },
    {
      kind: "loosened",
      was: "if (crashed.length === 0 && unfinished.length < callsMin) return null;",
      now: "if (crashed.length < 1_000) return null;",
      says: "A process may end over a new version, or keep its callers.",
    },
  ]),
  ...mutantsOf("rejects-broken-cleanly", [
    {
      kind: "negated",
      was: "if (crashed.length + hung.length === 0) return null;",
      now: "if (crashed.length + hung.length > 0) return null;",
      says: "Whoever lives through broken answers is said to end over them.",
    },
    {
      kind: "loosened",
      was: "if (crashed.length + hung.length === 0) return null;",
      now: "if (crashed.length + hung.length < 1_000) return null;",
      says: "A process may end over a broken answer, or keep its callers.",
    },
    {
      kind: "loosened",
      was: "if (repeated.length === 0) return null;",
      now: "if (repeated.length < 1_000) return null;",
      says: "A broken answer may be asked for again without end.",
    },
  ]),
  ...mutantsOf("rejects-bad-certificate", [
    {
      kind: "negated",
      was: "if (told.length + endless.length === 0) return null;",
      now: "if (told.length + endless.length > 0) return null;",
      says: "Whoever refuses bad certificates is said to take them.",
    },
    {
      kind: "loosened",
      was: "if (told.length + endless.length === 0) return null;",
      now: "if (told.length < shown.length && endless.length === 0) return null;",
      says: "One kind of bad certificate may be taken, as long as another is refused.",
    },
    {
      kind: "loosened",
      was: "if (again.length < callsMin)",
      now: "if (again.length < 1_000)",
      says: "A bad certificate may be asked for again and again.",
    },
  ]),
];
