import type { Policy } from "./policy.ts";
import { policyDefaults } from "./policy-defaults.ts";
import type { PolicySettings } from "./policy-settings.ts";
import { given } from "./policy-shapes/parts.ts";

type Declared<Part extends keyof Policy> = NonNullable<Policy[Part]>;
type Settings<Part extends keyof PolicySettings> = NonNullable<PolicySettings[Part]>;

/** Fills in the defaults of the parts that a policy declares. What it declares is kept as it is, 0 included. */
export function settingsOf(policy: Policy): PolicySettings {
  const { retry, budget, breaker, limit, rate, ...call } = policy;
  const { timeouts, idempotent, classify } = policyDefaults;
  return filled<PolicySettings>(
    {
      name: null,
      deadlineMs: null,
      attemptTimeoutMs: null,
      connectTimeoutMs: null,
      timeouts,
      idempotent,
      classify,
      retry: retry === undefined ? null : retrySettings(retry),
      budget:
        budget === undefined
          ? null
          : filled<Settings<"budget">>({ key: null, ...policyDefaults.budget }, budget),
      breaker: breaker === undefined ? null : breakerSettings(breaker, policy),
      limit: limit === undefined ? null : limitSettings(limit),
      rate: rate === undefined ? null : rateSettings(rate),
      fallback: null,
    },
    call,
  );
}

/** The defaults with what is declared in their place. `undefined` is not declared, so that nothing is ever left open. */
function filled<T extends object>(standard: T, declared: { readonly [Name in keyof T]?: T[Name] }): T {
  return { ...standard, ...given(declared) };
}

function retrySettings({ backoff = {}, retryAfter = {}, ...declared }: Declared<"retry">): Settings<"retry"> {
  const standard = policyDefaults.retry;
  return filled<Settings<"retry">>(
    {
      attempts: standard.attempts,
      on: null,
      backoff: backoffSettings(backoff),
      retryAfter: filled<Settings<"retry">["retryAfter"]>(standard.retryAfter, retryAfter),
      minAttemptMs: standard.minAttemptMs,
    },
    declared,
  );
}

/** A default gives way to what is declared: a base is not above a declared cap, nor a cap below a declared base. */
function backoffSettings(declared: NonNullable<Declared<"retry">["backoff"]>): Settings<"retry">["backoff"] {
  const { factor, capPerBase, jitter, ...standard } = policyDefaults.retry.backoff;
  const highestMs = declared.capMs ?? Number.POSITIVE_INFINITY;
  const baseMs = declared.baseMs ?? Math.min(standard.baseMs, highestMs);
  const throttledBaseMs =
    declared.throttledBaseMs ?? Math.min(Math.max(standard.throttledBaseMs, baseMs), highestMs);
  const capMs = declared.capMs ?? Math.max(capPerBase * baseMs, throttledBaseMs);
  return filled<Settings<"retry">["backoff"]>({ baseMs, factor, capMs, jitter, throttledBaseMs }, declared);
}

function breakerSettings(
  { slow, open, ...declared }: Declared<"breaker">,
  policy: Policy,
): Settings<"breaker"> {
  const standard = policyDefaults.breaker;
  const { windowCalls = null } = declared;
  return filled<Settings<"breaker">>(
    {
      key: null,
      mode: standard.mode,
      windowMs: windowCalls === null ? windowMsOf(policy) : null,
      windowCalls,
      minCalls: Math.min(standard.minCalls, windowCalls ?? standard.minCalls),
      failureRate: standard.failureRate,
      consecutive: null,
      slow: slow === undefined ? null : { overMs: slow.overMs, rate: slow.rate ?? standard.slowRate },
      open: openSettings(open ?? {}),
      probes: standard.probes,
      probeSuccess: standard.probeSuccess,
      probeWaitMs: probeWaitMsOf(policy),
    },
    declared,
  );
}

function openSettings(declared: NonNullable<Declared<"breaker">["open"]>): Settings<"breaker">["open"] {
  const { factor, jitter, ...standard } = policyDefaults.breaker.open;
  const baseMs = declared.baseMs ?? Math.min(standard.baseMs, declared.capMs ?? standard.capMs);
  return filled<Settings<"breaker">["open"]>(
    { baseMs, factor, capMs: Math.max(standard.capMs, baseMs), jitter },
    declared,
  );
}

function windowMsOf({ attemptTimeoutMs = 0 }: Policy): number {
  const { windowMs, windowPerAttempt } = policyDefaults.breaker;
  return Math.max(windowMs, windowPerAttempt * attemptTimeoutMs);
}

function probeWaitMsOf({ attemptTimeoutMs, deadlineMs }: Policy): number {
  const { probeWaitMs, probeWaitPerTimeout } = policyDefaults.breaker;
  const timeoutMs = attemptTimeoutMs ?? deadlineMs;
  return timeoutMs === undefined ? probeWaitMs : probeWaitPerTimeout * timeoutMs;
}

function limitSettings(declared: Declared<"limit">): Settings<"limit"> {
  const { queue } = policyDefaults.limit;
  return filled<Settings<"limit">>(
    { key: null, concurrent: declared.concurrent, queue, maxWaitMs: null },
    declared,
  );
}

function rateSettings(declared: Declared<"rate">): Settings<"rate"> {
  const { calls } = declared;
  return filled<Settings<"rate">>({ key: null, calls, burst: calls, ...policyDefaults.rate }, declared);
}
