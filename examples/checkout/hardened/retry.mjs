/** What the contract commits to (holdfast.yaml, integrations.payments.policy). */
export const policy = {
  deadlineMs: 4_000,
  attemptTimeoutMs: 800,
  attempts: 3,
  backoffBaseMs: 100,
  backoffCapMs: 1_000,
};

// An attempt with less time than this before the deadline is not worth beginning.
const attemptWorthMs = 100;

// Answers that another attempt may change. The rest are answers to the request itself: the same request gets them again.
const transientStatuses = new Set([408, 429, 500, 502, 503, 504]);

// Failures of the network, as fetch reports them in `cause.code`. Certificate errors are not here: they do not pass.
const transientCodes = new Set([
  "EAI_AGAIN",
  "ECONNREFUSED",
  "ECONNRESET",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ENOTFOUND",
  "EPIPE",
  "ETIMEDOUT",
  "UND_ERR_CONNECT_TIMEOUT",
  "UND_ERR_SOCKET",
]);

/** Whether another attempt may end better. It is safe after a lost answer, too: all attempts carry one idempotency key. */
function isTransient(failure) {
  if (failure.kind === "timeout") return true;
  if (failure.kind === "network") return transientCodes.has(failure.code);
  return failure.kind === "refused" && transientStatuses.has(failure.status);
}

/**
 * How long to wait before the next attempt; undefined when there is to be none: all are used up, the failure is final, or
 * the wait would leave no time for another within the deadline. Full jitter under an exponential edge, so that callers
 * who failed together do not come back together; what the provider asked for comes first, and the jitter on top of it.
 */
export function waitBeforeNext(attempt, failure, spentMs, random = Math.random) {
  if (attempt >= policy.attempts || !isTransient(failure)) return undefined;
  const edgeMs = Math.min(policy.backoffCapMs, policy.backoffBaseMs * 2 ** (attempt - 1));
  const waitMs = (failure.retryAfterMs ?? 0) + random() * edgeMs;
  return spentMs + waitMs + attemptWorthMs <= policy.deadlineMs ? waitMs : undefined;
}

/** What `Retry-After` asks for: seconds, or a date measured against the provider's own clock; undefined for anything else. */
export function retryAfterMs(headers) {
  const asked = headers.get("retry-after")?.trim() ?? "";
  if (/^\d+$/.test(asked)) return Number(asked) * 1_000;
  const until = Date.parse(asked);
  if (Number.isNaN(until) || !/gmt$/i.test(asked)) return undefined;
  const date = Date.parse(headers.get("date") ?? "");
  return Math.max(0, until - (Number.isNaN(date) ? Date.now() : date));
}
