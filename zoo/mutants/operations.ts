import { charge, type PlantedByCheck } from "./kit.ts";

/** Mutants of what is alerted on, shown and written down: the consumer does everything right, and nobody would learn when it fails. */
export const operations: PlantedByCheck = {
  "slo-declared": {
    "slo-undeclared": { ...charge, slo: null, as: "advice" },
    "slo-without-budget": { ...charge, slo: "100%" },
  },
  "alert-fires": {
    "alert-removed": { ...charge, rules: "removed" },
    "alert-never-fires": { ...charge, rules: "never-fires" },
  },
  "alert-stays-quiet": {
    "alert-always-fires": { ...charge, rules: "always-fires" },
    "alert-fires-on-traffic": { ...charge, rules: "fires-on-traffic" },
  },
  "alert-resolves": {
    "alert-counts-for-life": { ...charge, rules: "counts-for-life" },
    "alert-on-a-share-of-a-life": { ...charge, rules: "share-of-a-life" },
  },
  "alert-names-provider": {
    "alert-without-a-name": { ...charge, rules: "nameless" },
    "alert-named-by-its-link": { ...charge, rules: "named-by-link" },
  },
  "dashboard-covers-slo": {
    "dashboard-undeclared": { ...charge, dashboard: null, as: "advice" },
    "dashboard-of-the-process": { ...charge, dashboard: "of-the-process" },
  },
  "dashboard-queries-resolve": {
    "dashboard-misspelt-metric": { ...charge, dashboard: "misspelt-metric" },
    "dashboard-misspelt-label": { ...charge, dashboard: "misspelt-label" },
  },
  "commands-resolve": {
    "runbook-names-lost-metric": { ...charge, runbook: "names-lost-metric" },
    "runbook-names-lost-script": { ...charge, runbook: "names-lost-script" },
  },
  "linked-from-alert": {
    "alert-without-link": { ...charge, rules: "without-link" },
    "alert-with-dead-link": { ...charge, rules: "with-dead-link" },
  },
};
