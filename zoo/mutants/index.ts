import { declaredPolicy, type Mutant, type Subject } from "../subject.ts";

const charge = { shape: "service", operation: "charge" } as const;
const quote = { shape: "module", operation: "quote" } as const;
const quoteService = { shape: "service", operation: "quote" } as const;
const chargeModule = { shape: "module", operation: "charge" } as const;

const hurried = { ...declaredPolicy, deadline: "1500ms" };
const withoutKey = {
  declaresKey: false,
  policy: { ...declaredPolicy, retry: { ...declaredPolicy.retry, on: ["refused", "429"] } },
};
const oneEffect = ["one-effect-on-lost-reply"];
const keyless = ["classification", ...oneEffect];

type Planted = Omit<Mutant, "id" | "fails" | "mayFail" | keyof Subject> &
  Omit<Subject, "id"> & { readonly mayFail?: readonly string[] };

/** Every mutant by the check that must find it; the files beside this one are named by their ids. */
const planted: Readonly<Record<string, Readonly<Record<string, Planted>>>> = {
  "stays-alive": {
    "crashes-on-truncated-body": { ...charge, mayFail: ["classification"] },
    "crashes-on-reset": { ...charge, mayFail: ["classification", "retries-transient"] },
    "hangs-for-good": { ...charge, mayFail: ["classification", "retries-transient"] },
  },
  attempt: {
    "no-attempt-timeout": { ...charge, mayFail: ["classification"] },
    "attempt-timeout-too-long": quote,
  },
  deadline: {
    "deadline-not-kept": { ...chargeModule, policy: hurried, mayFail: ["honours-retry-after"] },
    "timeout-on-headers-only": quote,
    "timeout-restarts-on-bytes": quote,
  },
  "cancels-on-the-wire": {
    "race-without-cancel": { ...charge, mayFail: ["attempt"] },
    "timeout-without-destroy": { ...quote, mayFail: ["attempt"] },
  },
  "retries-transient": {
    "gives-up-on-503": { ...quote, mayFail: ["classification"] },
    "gives-up-on-reset": { ...charge, mayFail: ["classification"] },
    "answers-before-retrying": { ...chargeModule, mayFail: ["classification"] },
  },
  bounded: {
    "no-cap": quote,
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
    "no-jitter": charge,
    "three-percent-jitter": quote,
    "shared-jitter-seed": quote,
  },
  "no-hidden-replay": {
    "replays-on-reused-close": { ...charge, ...withoutKey, mayFail: ["key-present", ...oneEffect] },
    "replays-on-reused-reset": { ...charge, ...withoutKey, mayFail: ["key-present", ...oneEffect] },
  },
  "key-present": {
    "no-key": { ...charge, mayFail: keyless },
    "key-in-the-wrong-header": { ...chargeModule, mayFail: keyless },
    "empty-key": { ...charge, mayFail: keyless },
  },
  "key-stable": {
    "key-per-attempt": { ...charge, mayFail: oneEffect },
    "key-with-attempt-number": { ...chargeModule, mayFail: oneEffect },
  },
  "key-unique": {
    "constant-key": { ...charge, mayFail: oneEffect },
    "key-per-payload": { ...chargeModule, mayFail: oneEffect },
  },
  "one-effect-on-lost-reply": {
    "new-key-after-lost-reply": { ...charge, mayFail: ["key-stable"] },
    "no-key-after-lost-reply": { ...chargeModule, mayFail: ["key-stable", "key-present"] },
    "retries-charges-without-key": {
      ...chargeModule,
      declaresKey: false,
      mayFail: ["key-present", "classification"],
    },
  },
  "id-in-to-out": {
    "trace-restarted": charge,
    "trace-dropped": quoteService,
    "trace-dropped-on-retries": quoteService,
  },
  "logs-carry-id": {
    "logs-without-id": charge,
    "logs-id-on-success-only": charge,
    "logs-shortened-id": charge,
  },
  "no-secrets-in-logs": {
    "logs-authorization": charge,
    "logs-card": charge,
    "logs-secret-on-error": charge,
    "dumps-environment": charge,
  },
};

/** Consumers with exactly one planted defect each. */
export const mutants: readonly Mutant[] = Object.entries(planted).flatMap(([fails, byId]) =>
  Object.entries(byId).map(([id, { mayFail = [], ...rest }]) => ({ id, fails, mayFail, ...rest })),
);
