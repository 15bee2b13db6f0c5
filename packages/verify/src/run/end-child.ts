import type { Clock } from "@holdfast/core";
import { type Child, signalGroup } from "./child.ts";

/** How long a service may take to end after SIGTERM. */
export const graceMs = 2000;

/** Ends a child, its group and whatever else carries its marker; says how it went. */
export async function endChild(
  child: Child,
  sweep: () => Promise<void>,
  clock: Clock,
): Promise<"stopped" | "exited" | "killed"> {
  const endedBefore = child.exit() !== null;
  signalGroup(child.pid, "SIGTERM");
  const untilMs = clock.monotonic() + graceMs;
  const leaderEnded = await endsBy(child.exited, clock, untilMs);
  while (leaderEnded && clock.monotonic() < untilMs && signalGroup(child.pid, 0)) await clock.sleep(10);
  signalGroup(child.pid, "SIGKILL");
  await sweep();
  await endsBy(child.closed, clock, clock.monotonic() + 500);
  if (endedBefore) return "exited";
  return leaderEnded ? "stopped" : "killed";
}

/** Whether `event` comes before `untilMs`; leaves no timer behind. */
async function endsBy(event: Promise<unknown>, clock: Clock, untilMs: number): Promise<boolean> {
  const stop = new AbortController();
  const tooLate = clock.sleep(untilMs - clock.monotonic(), stop.signal).then(
    () => false,
    () => false,
  );
  const came = await Promise.race([event.then(() => true), tooLate]);
  stop.abort();
  return came;
}
