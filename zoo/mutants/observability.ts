import { charge, type PlantedByCheck, quoteInPython, quoteService } from "./kit.ts";

/** Mutants of the checks on traces, logs and runbooks. */
export const observability: PlantedByCheck = {
  "id-in-to-out": {
    "trace-restarted": { ...charge, mayFail: ["retries-are-siblings"] },
    "trace-dropped": quoteService,
    "trace-dropped-on-retries": quoteService,
  },
  "id-created": {
    "id-only-handed-on": charge,
    "malformed-id-handed-on": charge,
    "one-id-for-all-strangers": quoteService,
    "crashes-on-malformed-id": charge,
    "id-lost-where-none-came": { ...quoteInPython, as: "advice" },
  },
  "retries-are-siblings": {
    "one-span-for-all-attempts": { ...charge, as: "advice" },
    "hands-the-header-on": { ...quoteService, as: "advice" },
    "trace-per-retry": { ...charge, mayFail: ["id-in-to-out"] },
    "one-span-in-python": { ...quoteInPython, as: "advice" },
  },
  "logs-carry-id": {
    "logs-without-id": charge,
    "logs-id-on-success-only": charge,
    "logs-shortened-id": charge,
  },
  "logs-diagnose": {
    "logs-one-line-for-all": charge,
    "logs-no-failure": charge,
    "logs-no-timeout": charge,
    "logs-no-reason": quoteService,
  },
  "spans-diagnose": {
    "spans-without-errors": { ...charge, as: "advice" },
    "spans-of-the-first-attempt": { ...charge, as: "advice" },
    "spans-of-one-error": { ...charge, as: "advice" },
  },
  "log-volume": {
    "logs-storm": { ...charge, as: "advice" },
    "logs-stack-of-every-attempt": { ...charge, as: "advice" },
  },
  "no-secrets-in-logs": {
    "logs-authorization": charge,
    "logs-card": charge,
    "logs-secret-on-error": charge,
    "dumps-environment": charge,
  },
  exists: {
    "runbook-undeclared": { ...charge, runbook: null, as: "advice" },
    "runbook-missing": { ...charge, runbook: "missing" },
    "runbook-blank": { ...charge, runbook: "blank", mayFail: ["complete", "covers-observed-failures"] },
  },
  complete: {
    "runbook-without-rollback": { ...charge, runbook: "without-rollback" },
    "runbook-without-commands": { ...charge, runbook: "without-commands" },
    "runbook-of-placeholders": { ...charge, runbook: "of-placeholders" },
  },
  "covers-observed-failures": {
    "runbook-forgets-silence": { ...charge, runbook: "forgets-silence" },
    "runbook-forgets-outage": { ...charge, runbook: "forgets-outage" },
  },
};
