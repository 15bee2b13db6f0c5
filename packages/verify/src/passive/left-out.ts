import { checks } from "../checks/index.ts";
import { passiveRules } from "./rules/index.ts";

/** Why natural failures do not decide a check, by its id. */
const reasons: Readonly<Record<string, string>> = {
  "stays-alive": "a process that died is not told from one that was stopped; diagnose names restarts",
  connect: "attempts to connect that nobody answered reach no log of requests",
  "cancels-on-the-wire": "when a socket was closed after its caller had moved on is in no log",
  ordering:
    "it adds up what single attempts and waits may come to, which takes them to be provoked one by one",
  "deadline-propagates": "it takes an answer held back under a known deadline",
  "spreads-retries": "it takes callers that fail at one and the same moment",
  "resends-identical-request": "bodies and most headers are in no log",
  "no-hidden-replay": "whether bytes are identical, and on which connection they came, is in no log",
  "key-survives-restart": "it takes a process that is killed between effect and reply",
  opens: "it takes a steady load of which every call is seen, also those that a breaker refuses",
};

/** Why whole items do not come about by themselves. */
const byItem: Readonly<Record<string, string>> = {
  "reliability/idempotency": "effects have to be counted where they happen",
  "reliability/circuit-breaker":
    "it takes a steady load of which every call is seen, also those that a breaker refuses",
  "consistency/compatibility": "it takes answers that providers do not give yet",
  "operations/correlation": "it takes failures of every kind, one at a time, or ids that no caller sends",
  "operations/runbooks": "it is about a text, and needs no traffic: holdfast runbooks check",
  "operations/dashboards-alerts": "it takes the service's metrics",
  "reliability/timeouts": "it takes callers that are slow on purpose",
};

/** The checks that only a verification can decide, and why. */
export function leftOut(): readonly { readonly id: string; readonly because: string }[] {
  const passive = new Set(passiveRules.map((rule) => rule.check));
  return checks
    .filter(({ id }) => !passive.has(id))
    .map(({ id, item }) => ({
      id,
      because: reasons[id] ?? byItem[item] ?? "it takes a failure made on purpose",
    }));
}

/** The ids of the checks that traffic can decide. */
export function passiveChecks(): readonly string[] {
  return passiveRules.map(({ check }) => check);
}
