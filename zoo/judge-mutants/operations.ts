import { type JudgeMutant, mutantsOf } from "./model.ts";

/** Rules about objectives, alerts, dashboards and the links between them, turned round or let go. */
export const ofOperations: readonly JudgeMutant[] = [
  ...mutantsOf("slo-declared", [
    {
      kind: "negated",
      was: "if (slo === null) {",
      now: 'if (slo !== null) return say("advice", "there is an objective", []);\n    if (slo === null) {',
      says: "An objective is advised against.",
    },
    {
      kind: "loosened",
      was: 'if (!("problem" in can)) continue;',
      now: "if (can !== undefined) continue;",
      says: "An objective that no alert can watch will do.",
    },
  ]),
  ...mutantsOf("alert-fires", [
    {
      kind: "negated",
      was: "mode.firing.length === 0",
      now: "mode.firing.length > 0",
      says: "An alert that fires counts as silence.",
    },
    {
      kind: "loosened",
      was: "if (silent.length > 0) {",
      now: "if (silent.length > 1_000) {",
      says: "No alert need ever fire.",
    },
  ]),
  ...mutantsOf("alert-stays-quiet", [
    {
      kind: "negated",
      was: "if (first === undefined)",
      now: "if (first !== undefined)",
      says: "An alert that fires without a fault is quiet.",
    },
    {
      kind: "loosened",
      was: "const loud = proof.control.filter(",
      now: "const loud = proof.control.slice(1_000).filter(",
      says: "A thousand alerts may fire without a fault.",
    },
  ]),
  ...mutantsOf("alert-resolves", [
    {
      kind: "negated",
      was: "resolvedAtMs === null);",
      now: "resolvedAtMs !== null);",
      says: "An alert that ends goes on.",
    },
    {
      kind: "loosened",
      was: "one.watchedMs >= (rule",
      now: "one.watchedMs >= 1e12 + (rule",
      says: "An alert may go on for decades before anything is said.",
    },
  ]),
  ...mutantsOf("alert-names-provider", [
    {
      kind: "negated",
      was: "!firing.some((one) => namesIntegration(one, target))",
      now: "firing.some((one) => namesIntegration(one, target))",
      says: "An alert that names the provider does not.",
    },
    {
      kind: "loosened",
      was: "!firing.some((one) => namesIntegration(one, target))",
      now: "!firing.some((one) => one.alert.length > 0)",
      says: "Any name will do.",
    },
  ]),
  ...mutantsOf("dashboard-covers-slo", [
    {
      kind: "negated",
      was: "if (shown.length > 0) {",
      now: "if (shown.length === 0) {",
      says: "A dashboard that shows nothing passes.",
    },
    {
      kind: "loosened",
      was: "const shown = shownAbout(view);",
      now: "const shown = view.proof.queries;",
      says: "Any panel will do.",
    },
  ]),
  ...mutantsOf("dashboard-queries-resolve", [
    {
      kind: "negated",
      was: "missing.length > 0);",
      now: "missing.length === 0);",
      says: "A query whose names exist is lost.",
    },
    {
      kind: "loosened",
      was: "missing.length > 0);",
      now: "missing.length > 1_000);",
      says: "A query may name a thousand things that there are not.",
    },
  ]),
  ...mutantsOf("commands-resolve", [
    {
      kind: "negated",
      was: "if (lost.wrong.length > 0) {",
      now: "if (lost.wrong.length === 0) {",
      says: "A page whose names are all there fails.",
    },
    {
      kind: "loosened",
      was: "if (lost.wrong.length > 0) {",
      now: "if (lost.wrong.length > 1_000) {",
      says: "A page may name a thousand things that there are not.",
    },
  ]),
  ...mutantsOf("linked-from-alert", [
    {
      kind: "negated",
      was: "if (wrong.length === 0) {",
      now: "if (wrong.length > 0) {",
      says: "An alert that leads nowhere passes.",
    },
    {
      kind: "loosened",
      was: 'if (link === null) return "has no runbook_url";',
      now: "if (link === null || !link.includes(integration.name)) return null;",
      says: "An alert needs no link.",
    },
  ]),
];
