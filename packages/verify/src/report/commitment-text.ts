import { defaults } from "@holdfast/core";
import { code } from "./markdown-text.ts";
import type { CheckResult } from "./model.ts";
import { placeText } from "./place.ts";
import { durationText } from "./text.ts";

/** What stands in where nothing is declared, by the last step of the commitment's path. */
const standIns: Readonly<Record<string, string>> = {
  attemptTimeout: durationText(defaults.attemptTimeoutMs),
  deadline: durationText(defaults.deadlineMs),
  attempts: `${defaults.attemptsMax} attempts`,
};

/** Where the commitment stands; where nothing is declared, what applies without it and where to declare it. */
export function commitmentText(place: NonNullable<CheckResult["contract"]>): string {
  const path = code(place.path);
  if (place.declared !== false) return `The commitment stands in ${code(placeText(place))} (${path}).`;
  const standIn = standIns[place.path.split(".").at(-1) ?? ""];
  return standIn === undefined
    ? `Nothing was declared; the rule of the check applies without it. A commitment would stand at ${path} in ${code(placeText(place))}.`
    : `Nothing was declared; the default of ${standIn} applies; declare it at ${path} in ${code(placeText(place))}.`;
}
