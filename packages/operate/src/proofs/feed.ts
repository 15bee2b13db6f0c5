import type { Feed } from "../slo/objective.ts";
import type { InputSeries } from "./proof.ts";
import { counter } from "./values.ts";

/** A stretch of traffic: events per step, and the share of them that is bad; `null`: nothing is measured. */
export interface Traffic {
  readonly steps: number;
  readonly events: number | null;
  readonly badShare: number;
}

/** The series of an indicator under this traffic. */
export function fed(feed: Feed, traffic: readonly Traffic[]): readonly InputSeries[] {
  return feed.map(({ series, counts }) => ({
    series,
    values: counter(
      traffic.map(({ steps, events, badShare }) => ({
        steps,
        each: events === null ? null : events * shareOf(counts, badShare),
      })),
    ),
  }));
}

function shareOf(counts: Feed[number]["counts"], badShare: number): number {
  if (counts === "all") return 1;
  return counts === "bad" ? badShare : 1 - badShare;
}
