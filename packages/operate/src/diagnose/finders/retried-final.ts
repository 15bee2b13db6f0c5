import type { CallState } from "../call-state.ts";
import type { KeptLine } from "../failure-group.ts";
import type { Finder } from "../finding.ts";

const final: ReadonlySet<string> = new Set(["credentials", "rejected", "redirected", "tls"]);

/** Answers that stay the same however often one asks are asked for again. */
export const retriedFinal: Finder = {
  id: "retried-final",
  question: "Are failures retried that no retry can mend?",
  guide: "retries",
  watch: () => {
    let calls = 0;
    const lines: KeptLine[] = [];
    return {
      call: ({ first, attemptsMax, failures }: CallState) => {
        if (first === null || !final.has(first.group.class.id) || attemptsMax < 2 || failures < 2) return;
        calls++;
        if (lines.length < 2) lines.push(first.line);
      },
      end: () =>
        calls === 0
          ? []
          : [
              {
                certainty: "certain" as const,
                says: `${calls} call${calls === 1 ? "" : "s"} asked again after an answer that is final`,
                next: "Retry connection failures, timeouts, 429 and 5xx; give up at once on the others.",
                lines,
              },
            ],
    };
  },
};
