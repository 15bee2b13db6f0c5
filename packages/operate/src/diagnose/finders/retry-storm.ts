import type { CallState } from "../call-state.ts";
import type { KeptLine } from "../failure-group.ts";
import type { Finder } from "../finding.ts";

const callsMin = 5;
const attemptsMean = 3;
const attemptsMany = 10;

/** Failing calls are tried so often that the retries are a load of their own. */
export const retryStorm: Finder = {
  id: "retry-storm",
  question: "Do retries multiply the load while something fails?",
  guide: "retries",
  watch: () => {
    let calls = 0;
    let attempts = 0;
    let most = 0;
    let line: KeptLine | null = null;
    return {
      call: (call: CallState) => {
        // What a proxy passes on tells nothing of attempts, unless it counts its own.
        if (call.first === null || (call.first.group.passedOn && call.attemptsMax === 0)) return;
        const made = Math.max(call.attemptsMax, 1);
        calls++;
        attempts += made;
        if (made <= most) return;
        most = made;
        line = call.first.line;
      },
      end: () => {
        const mean = calls === 0 ? 0 : attempts / calls;
        if ((calls < callsMin || mean < attemptsMean) && most < attemptsMany) return [];
        return [
          {
            certainty: most >= attemptsMany ? "certain" : "likely",
            says: `${calls} calls that met a failure made ${attempts} attempts, ${mean.toFixed(1)} each and ${most} at most: what fails is asked that much more often`,
            next: "Give retries a budget (such as 20 % of the calls) and a breaker; look whether a layer above retries as well.",
            lines: line === null ? [] : [line],
          },
        ];
      },
    };
  },
};
