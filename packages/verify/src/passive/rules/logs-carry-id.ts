import { logsCarryId as check } from "../../checks/logs-carry-id.ts";
import { judgeOne } from "../../judge.ts";
import { many } from "../../judgement.ts";
import type { PassiveRule } from "../model.ts";
import { evidenceOf } from "../natural-evidence.ts";
import { leastCalls, open, tooFew } from "../words.ts";

/** Logs get lost: where most are there, one that is missing says nothing. */
const silentShare = 0.5;

/** Can a failed call be found in the logs? */
export const logsCarryId: PassiveRule = {
  check: "logs-carry-id",
  says: ["pass", "fail", "advice"],
  needs:
    "The application's log beside an access log of the requests it was asked, and 20 calls that failed with a trace id or a request id.",
  judge: (view) => {
    if (view.shows.logLines === 0) return open("no log of the application was read");
    const failed = view.calls.filter(
      ({ callerSeen, caller, kinds }) =>
        callerSeen && (caller?.status ?? 0) >= 500 && kinds.some((kind) => kind !== null),
    );
    if (failed.length < leastCalls) return tooFew(failed, "that came in with an id and failed", leastCalls);
    const silent = failed.filter(({ log }) => (log?.linesWithId ?? 0) === 0);
    if (silent.length > 0 && silent.length < silentShare * failed.length) {
      return open(
        `${silent.length} of ${many(failed.length, "failed call")} have no line with their id; the log may not be whole`,
        silent,
      );
    }
    return judgeOne(
      check,
      evidenceOf(view, { "503-forever": failed.map((call) => ({ ...call, outcome: "failed" as const })) }),
      view.target,
    );
  },
};
