import { type JudgeMutant, mutantsOf } from "./model.ts";

const file = "define-check.ts";

/** What every check passes through, turned round or let go: held against runs that were made hollow. */
export const ofGates: readonly JudgeMutant[] = mutantsOf("gates", [
  {
    kind: "negated",
    file,
    was: "if (succeeded / healthy.length < baselineShare) {",
    now: "if (succeeded / healthy.length >= baselineShare) {",
    says: "The baseline must be red.",
  },
  {
    kind: "loosened",
    file,
    was: "if (succeeded / healthy.length < baselineShare) {",
    now: "if (succeeded / healthy.length < 0) {",
    says: "The baseline may be red.",
  },
  {
    kind: "loosened",
    file,
    was: "if (used / healthy.length < baselineShare) {",
    now: "if (used / healthy.length < 0) {",
    says: "Healthy calls need not reach the provider.",
  },
  {
    kind: "loosened",
    file,
    was: "if (faulty && fired < least) {",
    now: "if (faulty && fired < 0) {",
    says: "A fault need not take hold.",
  },
  {
    kind: "negated",
    file,
    was: "if (faulty && fired < least) {",
    now: "if (faulty && fired >= least) {",
    says: "A fault must not take hold.",
  },
  {
    kind: "loosened",
    file,
    was: "if (found.calls.length < least) {",
    now: "if (found.calls.length < 0) {",
    says: "One sample is enough.",
  },
  {
    kind: "loosened",
    file,
    was: "if (usual <= 1) return null;",
    now: "if (usual <= 100) return null;",
    says: "Requests of a healthy call are counted as attempts.",
  },
  {
    kind: "loosened",
    file: "evidence.ts",
    was: "if (problem) return",
    now: 'if (problem?.code === "") return',
    says: "What a proxy saw that had a problem is evidence.",
  },
]);
