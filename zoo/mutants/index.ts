import { declaredPolicy, type Mutant } from "../subject.ts";
import { effects } from "./effects.ts";
import {
  breaking,
  budgeted,
  charge,
  chargeModule,
  chargeOverTls,
  hurried,
  keyed,
  oneEffect,
  type PlantedByCheck,
  patient,
  quote,
  quoteInPython,
  quoteService,
  served,
  twoOperations,
  twoProviders,
  withoutKey,
} from "./kit.ts";
import { observability } from "./observability.ts";
import { operations } from "./operations.ts";

/** Every mutant by the check that must find it; the files beside this one are named by their ids. */
const planted: PlantedByCheck = {
  "stays-alive": {
    "crashes-on-truncated-body": { ...charge, mayFail: ["classification", "rejects-broken-cleanly"] },
    "crashes-on-reset": { ...charge, mayFail: ["classification", "retries-transient"] },
    "hangs-for-good": { ...charge, mayFail: ["classification", "retries-transient"] },
  },
  connect: {
    "connects-without-limit": charge,
    "connects-by-default": { ...quote, as: "advice" },
    "connect-timeout-too-long": { ...chargeModule, policy: { ...declaredPolicy, connectTimeout: "400ms" } },
    "connects-patiently": { shape: "exec", operation: "quote" },
    "handshakes-without-limit": chargeOverTls,
  },
  attempt: {
    "no-attempt-timeout": { ...charge, mayFail: ["classification"] },
    "attempt-timeout-too-long": quote,
  },
  deadline: {
    "deadline-not-kept": {
      ...chargeModule,
      policy: hurried,
      mayFail: ["honours-retry-after", "ordering"],
    },
    "timeout-on-headers-only": quote,
    "timeout-restarts-on-bytes": quote,
  },
  "cancels-on-the-wire": {
    "race-without-cancel": { ...charge, mayFail: ["attempt", "deadline-propagates"] },
    "timeout-without-destroy": { ...quote, mayFail: ["attempt", "deadline-propagates"] },
  },
  "server-slow-headers": {
    "heads-without-limit": { ...served, as: "advice", mayFail: ["server-slow-body"] },
    "heads-by-default": { ...served, as: "advice", mayFail: ["server-slow-body"] },
  },
  "server-slow-body": {
    "bodies-without-limit": { ...served, as: "advice" },
    "bodies-limited-by-silence": { ...served, as: "advice" },
  },
  "server-keeps-serving": {
    "one-connection-at-a-time": {
      ...quoteService,
      serves: "plain",
      mayFail: ["server-slow-headers", "server-slow-body"],
    },
    "reads-one-body-at-a-time": served,
  },
  ordering: {
    "outlasts-its-caller": { ...charge, policy: patient, serves: "plain", mayFail: [] },
    "attempts-nobody-added-up": { ...quote, policy: {}, as: "advice", mayFail: ["deadline"] },
    "outlasts-its-deadline": {
      ...quoteInPython,
      policy: hurried,
      mayFail: ["deadline", "honours-retry-after"],
    },
  },
  "deadline-propagates": {
    "tells-the-whole-deadline": quote,
    "tells-seconds-for-milliseconds": charge,
    "tells-once": { ...quoteService, as: "advice" },
    "tells-what-has-passed": quoteInPython,
  },
  "retries-transient": {
    "gives-up-on-503": { ...quote, mayFail: ["classification"] },
    "gives-up-on-reset": { ...charge, mayFail: ["classification"] },
    "answers-before-retrying": { ...chargeModule, mayFail: ["classification", "retries-after-timeout"] },
  },
  "retries-after-timeout": {
    "gives-up-on-timeout": { ...charge, mayFail: ["classification"] },
    "gives-up-after-silence": { ...quoteInPython, mayFail: ["classification"] },
    "one-signal-for-all-attempts": { ...quote, mayFail: ["classification"] },
  },
  bounded: {
    "no-cap": { ...quote, mayFail: ["rejects-broken-cleanly"] },
    "cap-off-by-one": charge,
    "late-retries": { ...quote, mayFail: ["deadline"] },
  },
  classification: {
    "retries-400": quote,
    "retries-422": charge,
    "retries-every-5xx": { ...quote, as: "advice" },
    "retries-everything": quote,
    "gives-up-on-429": { ...quote, mayFail: ["retries-transient"] },
  },
  "honours-retry-after": {
    "retry-after-ignored": charge,
    "retry-after-dates-only": quote,
    "retry-after-seconds-only": quote,
    "retry-after-on-429-only": { ...chargeModule, as: "advice" },
  },
  "backs-off": {
    "constant-backoff": charge,
    "immediate-retries": { ...quote, mayFail: ["jitters"] },
    "shrinking-backoff": quote,
  },
  jitters: {
    "no-jitter": { ...charge, mayFail: ["spreads-retries"] },
    "three-percent-jitter": { ...quote, mayFail: ["spreads-retries"] },
    "shared-jitter-seed": quote,
  },
  "spreads-retries": {
    "retries-in-step": { ...quote, mayFail: ["jitters"] },
    "five-percent-jitter": { ...charge, mayFail: ["jitters"] },
    "one-draw-for-all": { ...quote, mayFail: ["jitters"] },
  },
  "resends-identical-request": {
    "empty-body-on-retry": { ...charge, mayFail: oneEffect },
    "new-body-on-retry": { ...chargeModule, mayFail: oneEffect },
    "token-lost-on-retry": quoteService,
    "path-per-attempt": quoteInPython,
    "attempt-in-the-query": { ...quote, as: "advice" },
  },
  "no-hidden-replay": {
    "replays-on-reused-close": { ...charge, ...withoutKey, mayFail: ["key-present", ...oneEffect] },
    "replays-on-reused-reset": { ...charge, ...withoutKey, mayFail: ["key-present", ...oneEffect] },
  },
  budget: {
    "no-budget": { ...charge, ...budgeted, mayFail: ["opens"] },
    "budget-per-second": { ...quote, ...budgeted, mayFail: ["opens"] },
    "retries-on-no-budget": { ...charge, as: "advice", mayFail: ["opens"] },
  },
  opens: {
    "breaker-counts-no-statuses": { ...charge, ...breaking },
    "breaker-per-call": { ...quote, ...breaking, mayFail: ["opens-on-timeouts"] },
  },
  "opens-on-timeouts": {
    "breaker-ignores-timeouts": { ...charge, ...breaking },
    "breaker-forgets-timeouts": { ...quote, ...breaking },
  },
  "fails-fast": {
    "breaker-waits-before-refusing": { ...charge, ...breaking },
    "breaker-refusals-retried": { ...quote, ...breaking, mayFail: ["opens-on-timeouts"] },
  },
  "probes-gently": {
    "breaker-lets-everybody-probe": { ...charge, ...breaking },
    "breaker-probes-too-many": { ...quote, ...breaking },
  },
  "does-not-flap": {
    "breaker-rate-too-low": { ...charge, ...breaking },
    "breaker-counts-failures-alone": { ...quote, ...breaking },
  },
  "right-granularity": {
    "breaker-for-all-operations": { ...twoOperations, ...breaking, as: "advice" },
    "breaker-for-all-providers": { ...twoProviders, ...breaking },
  },
  "bulkhead-isolates": {
    "one-pool-of-two-sockets": twoProviders,
    "seats-for-all": twoProviders,
    "few-workers-in-python": { ...twoProviders, operation: "quote" },
  },
  recovers: {
    "breaker-never-closes": { ...quote, ...breaking },
    "breaker-opens-for-too-long": { ...charge, ...breaking },
    "breaker-stuck-in-python": { ...quote, ...breaking },
  },
  replays: {
    "executes-repeats": keyed,
    "refuses-repeats": keyed,
  },
  "serialises-concurrent": {
    "looks-then-claims": { ...keyed, mayFail: ["completes-after-crash"] },
    "claims-when-done": { ...keyed, mayFail: ["completes-after-crash"] },
  },
  "rejects-mismatch": {
    "replays-whatever-the-body": keyed,
    "key-and-body-for-a-key": keyed,
  },
  "completes-after-crash": {
    "loses-keys-in-a-crash": keyed,
    "done-before-the-work": keyed,
    "claims-for-ever": { ...keyed, as: "advice" },
    "stores-failures": { ...keyed, as: "advice" },
  },
};

/** Consumers with exactly one planted defect each. */
export const mutants: readonly Mutant[] = Object.entries({
  ...planted,
  ...effects,
  ...observability,
  ...operations,
}).flatMap(([fails, byId]) =>
  Object.entries(byId).map(([id, { mayFail = [], ...rest }]) => ({ id, fails, mayFail, ...rest })),
);
