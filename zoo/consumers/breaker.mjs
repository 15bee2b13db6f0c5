/**
 * A circuit breaker that does everything right. Each behaviour is one entry of `correctBreaker`, so that a mutant of the zoo is this
 * breaker with one entry replaced. It stands around attempts: `guard: guardOf(correctBreaker)`.
 */

/** The correct behaviours. Durations in milliseconds. */
export const correctBreaker = {
  windowMs: 10_000,
  minCalls: 20,
  failureRate: 0.5,
  openMs: 1_000,
  probes: 2,
  isFailure: ({ status }) => status === null || status >= 500,
  /** Whether an attempt says nothing about the provider. */
  isNeutral: () => false,
  isTripped: (ended, { minCalls, failureRate }) =>
    ended.length >= minCalls && ended.filter((one) => one.failed).length / ended.length >= failureRate,
  /** Whether one more attempt may try whether the provider is back. */
  mayProbe: (probing, { probes }) => probing < probes,
  /** What a good probe is worth: so many close it. */
  closesAfter: 2,
  /** What is done before an attempt is refused. */
  onRefusal: async () => {},
};

const refusal = { ok: false, status: null, headers: {}, reason: "the breaker is open", refused: true };

/** A guard for attempts with a state of its own, shared by all calls of the process. */
export function guardOf(breaker) {
  let ended = [];
  let openUntil = null;
  let probing = 0;
  let good = 0;

  function open() {
    openUntil = performance.now() + breaker.openMs;
    good = 0;
    ended = [];
  }

  function settleProbe(failed) {
    probing -= 1;
    if (failed) return open();
    good += 1;
    if (good >= breaker.closesAfter) openUntil = null;
  }

  function settle(failed) {
    if (openUntil !== null) return; // Begun before it opened: no say in what comes after.
    const now = performance.now();
    ended = [...ended, { at: now, failed }].filter(({ at }) => at > now - breaker.windowMs);
    if (breaker.isTripped(ended, breaker)) open();
  }

  return async (attempt) => {
    const asProbe = openUntil !== null;
    if (asProbe) {
      const early = performance.now() < openUntil;
      if (early || !breaker.mayProbe(probing, breaker)) {
        await breaker.onRefusal();
        return refusal;
      }
      probing += 1;
    }
    const outcome = await attempt();
    const failed = breaker.isFailure(outcome);
    if (asProbe) settleProbe(failed);
    else if (!breaker.isNeutral(outcome)) settle(failed);
    return outcome;
  };
}

/** A guard whose breaker is another program: `ask` goes in before an attempt, `good` or `bad` after it. */
export function guardBy(tell, isFailure) {
  return async (attempt) => {
    const isRefused = await tell("ask").then(
      () => false,
      () => true,
    );
    if (isRefused) return refusal;
    const outcome = await attempt();
    await tell(isFailure(outcome) ? "bad" : "good");
    return outcome;
  };
}
