import { waitBounds } from "./backoff.ts";
import { formatDuration } from "./duration.ts";
import type { Policy } from "./policy.ts";
import { settingsOf } from "./settings-of.ts";
import type { Path } from "./shape.ts";

/** Something about a policy that is worth knowing but not wrong. */
export interface PolicyNote {
  readonly path: Path;
  readonly note: string;
}

/** What is worth knowing about a policy: attempts that its deadline leaves no time for. */
export function policyNotes(policy: Policy): readonly PolicyNote[] {
  const { deadlineMs, attemptTimeoutMs, retry } = settingsOf(policy);
  const attempts = policy.retry?.attempts;
  if (deadlineMs === null || attemptTimeoutMs === null || retry === null || attempts === undefined) return [];
  let worstMs = attemptTimeoutMs;
  let fitting = worstMs <= deadlineMs ? 1 : 0;
  for (let next = 1; next < attempts; next++) {
    worstMs += waitBounds(retry.backoff, next - 1).maxMs + attemptTimeoutMs;
    if (worstMs <= deadlineMs) fitting = next + 1;
  }
  if (fitting === attempts) return [];
  const note =
    `At worst ${attempts} attempts take ${formatDuration(Math.round(worstMs))}, but the deadline is ` +
    `${formatDuration(deadlineMs)}: ${fitting} of ${attempts} fit when every attempt uses its whole timeout.`;
  return [{ path: ["retry", "attempts"], note }];
}
