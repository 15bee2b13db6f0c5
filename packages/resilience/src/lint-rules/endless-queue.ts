import type { LintRule } from "../lint-rule.ts";

/** A queue in which nothing ends the waiting. */
export const endlessQueue: LintRule = {
  id: "endless-queue",
  severity: "warning",
  doc: "A queue without maxWait in a policy without a deadline: calls wait for a place as long as others hold theirs, long after anybody wants their answer.",
  source: "resilience4j and Polly let no call wait for a place by default",
  find({ settings: { limit, deadlineMs, attemptTimeoutMs } }) {
    if (limit === null || limit.queue === 0 || limit.maxWaitMs !== null || deadlineMs !== null) return null;
    const wait =
      attemptTimeoutMs === null
        ? "for ever, when the calls before them are not answered"
        : "as long as the calls before them take, with all their attempts";
    return {
      path: ["limit", "queue"],
      message: `Up to ${limit.queue} calls wait for a place ${wait}.`,
      remedy: "Declare limit.maxWait, or a deadline, which waiting counts into.",
    };
  },
};
