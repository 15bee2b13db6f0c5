import type { RequestRecord } from "../../model.ts";
import type { DriveOutcome } from "../drivers/driver.ts";

/** What a request came to, as the outcome of the call that it stands for. */
export function outcomeOf({ status, expected, endedMs, error }: RequestRecord): DriveOutcome {
  if (endedMs === null)
    return { outcome: "unfinished", status, error: "no answer while it was watched", endedMs };
  const failed = error ?? `answered ${status}, not as the scenario expects`;
  return { outcome: expected ? "succeeded" : "failed", status, error: expected ? null : failed, endedMs };
}
