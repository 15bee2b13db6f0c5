import { type JudgeMutant, mutantsOf } from "./model.ts";

/** Rules about runbooks, turned round or let go. */
export const ofRunbooks: readonly JudgeMutant[] = [
  ...mutantsOf("exists", [
    {
      kind: "negated",
      was: "if (words === 0) return broken",
      now: "if (words > 0) return broken",
      says: "A page that says something counts as empty.",
    },
    {
      kind: "loosened",
      was: "if (words === 0) return broken",
      now: "if (words < 0) return broken",
      says: "An empty page will do.",
    },
  ]),
  ...mutantsOf("complete", [
    {
      kind: "negated",
      was: "if (lacking.length === 0) {",
      now: "if (lacking.length > 0) {",
      says: "A page with gaps passes.",
    },
    {
      kind: "loosened",
      was: "if (lacking.length === 0) {",
      now: "if (lacking.length < 1_000) {",
      says: "A page may have a thousand gaps.",
    },
  ]),
  ...mutantsOf("covers-observed-failures", [
    {
      kind: "negated",
      was: "if (missing.length === 0) {",
      now: "if (missing.length > 0) {",
      says: "A page that leaves failures out passes.",
    },
    {
      kind: "loosened",
      was: "!mode.mentioned.test(text)",
      now: '!mode.mentioned.test(text) && text === ""',
      says: "Only a page without a word leaves something out.",
    },
  ]),
];
