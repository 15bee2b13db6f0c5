import { many, say, severityOf } from "../../judgement.ts";
import type { PassiveRule } from "../model.ts";
import { spotName } from "../natural-attempt.ts";
import { open } from "../words.ts";

/** Do secrets stay out of the logs? */
export const noSecretsInLogs: PassiveRule = {
  check: "no-secrets-in-logs",
  says: ["advice"],
  needs:
    "A line of an application's log that looks as if it held a secret. That none does proves nothing: only planted secrets can.",
  judge: ({ secrets, target }) => {
    if (secrets.of === 0) return open("no log of the application was read");
    if (secrets.lines === 0) {
      return open(
        `none of ${many(secrets.of, "log line")} looks as if it held a secret; only planted secrets show that none does`,
      );
    }
    const kinds = [...new Set(secrets.first.map(({ what }) => what))].join(", ");
    return say(
      "advice",
      `${secrets.lines} of ${many(secrets.of, "log line")} look as if they held a secret: ${kinds}`,
      [],
      {
        severity: severityOf(target, "advice") ?? "medium",
        diagnosis: "Whole requests, headers or errors are logged as they are.",
        evidence: secrets.first.slice(0, 3).map((spot) => ({
          experiment: "traffic",
          call: "",
          exchanges: [spotName(spot)],
          note: spot.what,
        })),
      },
    );
  },
};
