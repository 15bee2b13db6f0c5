import { backoffOf, waitBounds } from "./backoff.ts";
import { formatDuration } from "./duration.ts";
import { nearest } from "./nearest.ts";
import { jitterKinds, type Policy, retryOnWords } from "./policy.ts";
import { policyConflicts } from "./policy-conflicts.ts";
import type { Path, Problem, Shape } from "./shape.ts";
import { choice } from "./shapes/choice.ts";
import { defineShape, problemAt } from "./shapes/define.ts";
import { flag } from "./shapes/flag.ts";
import { list } from "./shapes/list.ts";
import { duration, ratio } from "./shapes/notations.ts";
import { integer, number } from "./shapes/numbers.ts";
import { type Fields, type FieldsOf, object } from "./shapes/object.ts";
import { readShape } from "./shapes/read-shape.ts";
import { optional } from "./shapes/wrap.ts";

const retryWord: Shape<string> = defineShape(
  { doc: "A kind of failure, or a status code." },
  {
    expected: `one of ${retryOnWords.join(", ")}, or a status such as 502`,
    schema: { anyOf: [{ enum: [...retryOnWords] }, { type: "integer", minimum: 400, maximum: 599 }] },
    read(value, path, problems) {
      const word = String(value);
      const status = /^[45]\d\d$/.test(word);
      if ((typeof value === "string" || typeof value === "number") && (status || isRetryWord(word)))
        return word;
      const near = typeof value === "string" ? nearest(value, retryOnWords) : undefined;
      const expected = `one of ${retryOnWords.join(", ")}, or a status such as 502`;
      const remedy = near === undefined ? "Write one of these words or a status." : `Did you mean ${near}?`;
      problems.push(problemAt(path, value, "UNKNOWN_VALUE", { expected, remedy }));
      return undefined;
    },
  },
);

function isRetryWord(word: string): boolean {
  return retryOnWords.some((known) => known === word);
}

const backoff = object({
  doc: "How long to wait between attempts.",
  fields: {
    base: optional(duration({ doc: "The wait before the first retry, before jitter." })),
    factor: optional(number({ min: 1, max: 100, doc: "What each further wait is multiplied by." })),
    cap: optional(duration({ doc: "The longest wait, jitter included." })),
    jitter: optional(choice(jitterKinds, { doc: "How chance spreads the waits of many callers." })),
  },
});

const retry = object({
  doc: "Which failures are tried again, how often and when.",
  fields: {
    attempts: optional(integer({ min: 1, max: 100, doc: "All attempts of a call, the first included." })),
    on: optional(list(retryWord, { doc: "The failures that are tried again." })),
    backoff: optional(backoff),
  },
});

const budget = object({
  doc: "How many retries are allowed in all, as a share of the calls.",
  fields: {
    ratio: optional(ratio({ doc: "Retries per call at most, over ten seconds." })),
    minPerSecond: optional(number({ min: 0, doc: "Retries per second that are always allowed." })),
  },
});

const breaker = object({
  doc: "When to stop calling a provider that fails, and how to find out that it is back.",
  fields: {
    window: optional(duration({ min: 1, doc: "The span over which failures are counted." })),
    minCalls: optional(integer({ min: 1, doc: "Calls in the window before it may open." })),
    failureRate: optional(ratio({ doc: "The share of failures at which it opens." })),
    open: optional(
      object({
        doc: "How long it stays open.",
        fields: {
          base: optional(duration({ min: 1, doc: "The first time." })),
          cap: optional(duration({ min: 1, doc: "At most, however often it opened in a row." })),
        },
      }),
    ),
    probes: optional(integer({ min: 1, doc: "Calls let through to see whether the provider is back." })),
  },
});

const document = object({
  doc: "How calls to the provider are protected; the document that the runtime executes.",
  fields: {
    deadline: optional(duration({ min: 1, doc: "The longest a call may take, retries and waits included." })),
    attemptTimeout: optional(duration({ min: 1, doc: "The longest one attempt may take." })),
    connectTimeout: optional(duration({ min: 1, doc: "The longest connecting may take." })),
    idempotent: optional(flag({ doc: "Whether executing a call twice does no harm." })),
    retry: optional(retry),
    budget: optional(budget),
    breaker: optional(breaker),
  },
});

/** The policy document: its fields by the names people write, read as a `Policy`. */
export const policyShape: Shape<Policy> = {
  doc: document.doc,
  expected: document.expected,
  schema: document.schema,
  read(value, path, problems) {
    const before = problems.length;
    const read = document.read(value, path, problems);
    problems.push(...policyConflicts(value, path));
    return read === undefined || problems.length > before ? undefined : policyOf(read);
  },
};

/** The fields of the policy document, for option tables. */
export const policyFields: Fields = document.fields;

/** Something about a policy that is worth knowing but not wrong. */
export interface PolicyNote {
  readonly path: Path;
  readonly note: string;
}

/** Reads a policy document: the policy with notes, or everything that is wrong with it. */
export function readPolicy(
  source: unknown,
):
  | { readonly policy: Policy; readonly notes: readonly PolicyNote[] }
  | { readonly problems: readonly Problem[] } {
  const read = readShape(policyShape, source);
  return "problems" in read ? read : { policy: read.value, notes: policyNotes(read.value) };
}

/** What is worth knowing about a policy: attempts that its deadline leaves no time for. */
export function policyNotes(policy: Policy): readonly PolicyNote[] {
  const { deadlineMs, attemptTimeoutMs, retry: retries } = policy;
  const attempts = retries?.attempts;
  if (deadlineMs === undefined || attemptTimeoutMs === undefined || attempts === undefined) return [];
  const waiting = backoffOf(retries?.backoff);
  let worstMs = attemptTimeoutMs;
  let fitting = worstMs <= deadlineMs ? 1 : 0;
  for (let next = 1; next < attempts; next++) {
    worstMs += waitBounds(waiting, next - 1).maxMs + attemptTimeoutMs;
    if (worstMs <= deadlineMs) fitting = next + 1;
  }
  if (fitting === attempts) return [];
  const note =
    `At worst ${attempts} attempts take ${formatDuration(Math.round(worstMs))}, but the deadline is ` +
    `${formatDuration(deadlineMs)}: ${fitting} of ${attempts} fit when every attempt uses its whole timeout.`;
  return [{ path: ["retry", "attempts"], note }];
}

function policyOf(read: FieldsOf<typeof document.fields>): Policy {
  const { deadline, attemptTimeout, connectTimeout, idempotent } = read;
  return {
    ...given("deadlineMs", deadline),
    ...given("attemptTimeoutMs", attemptTimeout),
    ...given("connectTimeoutMs", connectTimeout),
    ...given("idempotent", idempotent),
    ...given("retry", read.retry && retryOf(read.retry)),
    ...given("budget", read.budget),
    ...given("breaker", read.breaker && breakerOf(read.breaker)),
  };
}

function retryOf({ attempts, on, backoff: waiting }: FieldsOf<typeof retry.fields>): Policy["retry"] {
  return {
    ...given("attempts", attempts),
    ...given("on", on),
    ...given(
      "backoff",
      waiting && {
        ...given("baseMs", waiting.base),
        ...given("factor", waiting.factor),
        ...given("capMs", waiting.cap),
        ...given("jitter", waiting.jitter),
      },
    ),
  };
}

function breakerOf(read: FieldsOf<typeof breaker.fields>): Policy["breaker"] {
  const { window, minCalls, failureRate, open, probes } = read;
  return {
    ...given("windowMs", window),
    ...given("minCalls", minCalls),
    ...given("failureRate", failureRate),
    ...given("open", open && { ...given("baseMs", open.base), ...given("capMs", open.cap) }),
    ...given("probes", probes),
  };
}

/** `{ [name]: value }`, or nothing when the value is not declared. */
function given<Name extends string, T>(name: Name, value: T | undefined): { readonly [N in Name]?: T } {
  return value === undefined ? {} : ({ [name]: value } as { readonly [N in Name]?: T });
}
