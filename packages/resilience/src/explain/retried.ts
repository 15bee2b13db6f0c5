import type { PolicySettings } from "@holdfast/core";
import { compileOn, failureOfError, failureOfStatus, type RetryOn, retriable } from "../classify/index.ts";
import type { Failure } from "../failure.ts";

/** What is tried again and what is not, in a few words each. */
export interface RetriedFacts {
  /** After these, whatever the call does: the provider has not executed it. */
  readonly always: readonly string[];
  /** After these the provider may have executed it: only a call that does no harm twice is sent again. */
  readonly ifIdempotent: readonly string[];
  readonly never: readonly string[];
  /** Whether the policy says that its calls do no harm twice; if not, a call may still say so itself. */
  readonly idempotent: boolean;
}

type Sample = readonly [label: string, failure: Failure];

/** What the runtime makes of an attempt that outlasts its timeout. */
const timedOut: Failure = { class: "ambiguous", counts: true, word: "timeout" };

/** Failures that every protocol knows. */
const connections: readonly Sample[] = [
  ["no connection", ofCode("ENOTFOUND")],
  ["connection refused", ofCode("ECONNREFUSED")],
  ["connection reset", ofCode("ECONNRESET")],
  ["timeout", timedOut],
];

const statuses: readonly Sample[] = [
  ...[408, 409, 425, 429, 500, 501, 502, 503, 504, 505].map((status) => ofStatus(status)),
  ofStatus(499, "other 4xx"),
  ofStatus(599, "other 5xx"),
];

/** Failures of protocols whose codes only their classifier knows. */
const classes: readonly Sample[] = (
  ["unsent", "throttled", "unavailable", "ambiguous", "final"] as const
).map((kind) => [kind, { class: kind, counts: true }]);

const certificate: Sample = ["bad certificate", ofCode("CERT_HAS_EXPIRED")];

/** What a policy sends again, asked of the runtime's own decision; `null` where it never sends anything again. */
export function retriedFacts(settings: PolicySettings): RetriedFacts | null {
  const { retry, idempotent, classify } = settings;
  if (retry === null || retry.attempts === 1) return null;
  const on = onOf(settings);
  const speaksHttp = classify === "default" || classify === "http";
  const samples = [
    ...connections,
    ...(speaksHttp ? withNamed(retry.on ?? []) : classes),
    ...(speaksHttp ? [certificate] : []),
  ];
  const always = samples.filter(([, failure]) => retriable(failure, on, false));
  const all = samples.filter(([, failure]) => retriable(failure, on, true));
  const labels = (of: readonly Sample[]): readonly string[] => of.map(([label]) => label);
  return {
    always: labels(always),
    ifIdempotent: labels(all.filter((sample) => !always.includes(sample))),
    never: labels(samples.filter((sample) => !all.includes(sample))),
    idempotent,
  };
}

/** Whether an attempt that is never answered is made again. */
export function retriesTimeouts(settings: PolicySettings, idempotent: boolean): boolean {
  return settings.retry !== null && retriable(timedOut, onOf(settings), idempotent);
}

function onOf({ retry }: PolicySettings): RetryOn {
  return compileOn(retry?.on ?? undefined);
}

/** The statuses that are always told, and those that the policy names. */
function withNamed(on: readonly string[]): readonly Sample[] {
  const told = new Set(statuses.map(([label]) => label));
  const named = on.filter((word) => /^\d{3}$/.test(word) && !told.has(word));
  return [...named.map((word) => ofStatus(Number(word))), ...statuses].toSorted(([a], [b]) =>
    a < b ? -1 : a > b ? 1 : 0,
  );
}

function ofStatus(status: number, label: string = String(status)): Sample {
  // Every status from 400 is a failure.
  return [label, failureOfStatus(status, null, () => 0) as Failure];
}

function ofCode(code: string): Failure {
  return failureOfError({ code }, () => 0);
}
