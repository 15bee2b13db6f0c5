import { type Baggage, noBaggage, parseBaggage } from "./baggage.ts";
import { headerValues, type IncomingHeaders, type OutgoingHeaders, putHeader } from "./header-fields.ts";

/** Reads the baggage that headers carry; several headers are one. Empty when there is none. Never throws. */
export function extractBaggage(headers: IncomingHeaders): Baggage {
  const { first: values } = headerValues(headers, "baggage", null);
  return values.length === 0 ? noBaggage : parseBaggage(values.join(","));
}

/** Writes a baggage into headers, in place of any other; an empty one takes the header away. */
export function injectBaggage(headers: OutgoingHeaders, baggage: Baggage): void {
  putHeader(headers, "baggage", baggage === "" ? null : baggage);
}
