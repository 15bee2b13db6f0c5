import { formatDuration } from "@holdfast/core";
import type { RunbookMode } from "../mode.ts";
import {
  answersFor,
  callFor,
  failuresQuery,
  isItOver,
  policyPart,
  slowestQuery,
  told,
  whoseLook,
} from "../words.ts";

/** A provider that takes too long, or never answers. */
export const providerSilent: RunbookMode = {
  id: "provider-silent",
  title: "Provider silent or slow (timeouts)",
  of: "integration",
  alerts: [],
  shownAs: ["provider silent or slow"],
  related: ["breaker-open", "budget-burn", "connections-leak"],
  applies: () => true,
  write: (of) => {
    const { policy, subject } = of;
    const { integration, provider } = subject;
    const attempt = told(policy.attemptTimeoutMs, "the timeout of the client");
    // Shorter than it is, and long enough for an answer that comes.
    const shorter = Math.min(1_000, Math.ceil((policy.deadlineMs ?? 2_000) / 2));
    const deadline = told(policy.deadlineMs, "no deadline");
    return {
      meaning: `${provider} takes longer than it may, or never answers. The contract gives an attempt ${attempt} and a call ${deadline} in all.`,
      impact: `Callers of ${integration} wait up to ${deadline === "no deadline" ? "as long as the client does" : deadline}, and fail with a timeout. A request that timed out may have been executed all the same.`,
      diagnosis: [
        {
          says: "See how long the slowest hundredth of the calls takes:",
          run: slowestQuery(of),
          answers: [
            {
              when: `at ${attempt} or above`,
              means: "attempts run into their timeout: it is the provider or the way to it",
            },
            { when: "as always", means: "few calls are affected: look for what they have in common" },
          ],
        },
        {
          says: "See what becomes of the attempts:",
          run: failuresQuery(of),
          answers: answersFor(of, {
            ours: [
              {
                when: "`timeout` under `ambiguous`",
                means: "the provider is silent; what was sent may have been executed",
              },
              {
                when: "`ECONNREFUSED` or `ENOTFOUND`",
                means: "it cannot be reached: open the runbook for lost connections",
              },
            ],
            others: [
              {
                when: "an error of a timeout, without a status",
                means: "the provider is silent; what was sent may have been executed",
              },
              {
                when: "`ECONNREFUSED`, `ENOTFOUND` or the like",
                means: "it cannot be reached: open the runbook for lost connections",
              },
            ],
          }),
        },
        whoseLook(of),
      ],
      mitigation: [
        {
          says: "Shed what can wait: batches and background jobs of this integration first. Then keep the calls short, so that nobody waits for an answer that does not come, and deploy that:",
          run: policyPart(`deadline: ${formatDuration(shorter)}`),
          risk: 2,
          back: `To roll back, write the deadline as it was (${deadline}) and deploy again.`,
        },
      ],
      verification: isItOver(of),
      escalation: callFor(of, 15),
    };
  },
};
