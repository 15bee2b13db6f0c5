import { extractBaggage, extractTrace } from "@holdfast/core";
import type { Lineage } from "../publisher.ts";
import type { HeldSaga } from "./held.ts";

/** What the saga's messages and calls take over from what started it. */
export function lineageOf(held: HeldSaga): Lineage {
  const kept = JSON.parse(held.row.lineage) as Readonly<Record<string, string>>;
  const { correlationId = held.id, causationId } = kept;
  const trace = extractTrace(kept);
  const baggage = extractBaggage(kept);
  return {
    correlationId,
    ...(causationId === undefined ? {} : { causationId }),
    ...(trace === null ? {} : { trace }),
    ...(baggage === "" ? {} : { baggage }),
  };
}
