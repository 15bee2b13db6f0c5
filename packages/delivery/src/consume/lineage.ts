import { extractBaggage, extractTrace } from "@holdfast/core";
import { correlationHeader, type Envelope } from "../envelope.ts";
import type { Lineage } from "../publisher.ts";

/** What follows from a message goes on in its trace and with its baggage, under its correlation id, and names it as the cause. */
export function lineageOf(envelope: Envelope): Lineage {
  const trace = extractTrace(envelope.headers);
  const baggage = extractBaggage(envelope.headers);
  return {
    correlationId: envelope.headers[correlationHeader] ?? envelope.id,
    causationId: envelope.id,
    ...(trace === null ? {} : { trace }),
    ...(baggage === "" ? {} : { baggage }),
  };
}
