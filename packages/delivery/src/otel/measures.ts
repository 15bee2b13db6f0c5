import type { Attributes } from "@opentelemetry/api";
import type { DeliveryEvent } from "../events.ts";
import type { CounterName } from "./instruments.ts";
import { attribute, errorTypeOf } from "./names.ts";

/** One thing to measure: a count, or how long something took. */
export type Measure =
  | { readonly count: CounterName; readonly by?: number; readonly of: Attributes }
  | { readonly processedMs: number; readonly of: Attributes };

type Of<Type extends DeliveryEvent["type"]> = Extract<DeliveryEvent, { readonly type: Type }>;
type Table = { readonly [Type in DeliveryEvent["type"]]?: (event: Of<Type>) => readonly Measure[] };

/** What an event adds to which instrument. Ids and keys are in none: each of them would be a series of its own. */
export function measuresOf(event: DeliveryEvent): readonly Measure[] {
  const measure = table[event.type] as ((event: DeliveryEvent) => readonly Measure[]) | undefined;
  return measure?.(event) ?? [];
}

const count = (name: CounterName, of: Attributes, by = 1): readonly Measure[] => [{ count: name, of, by }];

/** Whose message it was, and at which consumer. */
function consumed(event: { readonly consumer: string; readonly messageType: string }): Attributes {
  return { [attribute.consumer]: event.consumer, [attribute.messageType]: event.messageType };
}

function letter(
  event: { readonly messageType: string; readonly origin: string; readonly consumer: string | null },
  action: string,
): readonly Measure[] {
  const of: Attributes = {
    [attribute.action]: action,
    [attribute.messageType]: event.messageType,
    [attribute.origin]: event.origin,
  };
  return count(
    "deadLetterActions",
    event.consumer === null ? of : { ...of, [attribute.consumer]: event.consumer },
  );
}

function processed(durationMs: number, of: Attributes): readonly Measure[] {
  const operation = { [attribute.operation]: "process", ...of };
  return [{ processedMs: durationMs, of: operation }, ...count("consumed", operation)];
}

function failed(part: string, error: unknown): readonly Measure[] {
  return count("errors", { [attribute.part]: part, [attribute.errorType]: errorTypeOf(error) });
}

const table: Table = {
  "relay.error": ({ error }) => failed("relay", error),
  "relay.failed": ({ messageType, error }) =>
    count("publishFailures", {
      [attribute.messageType]: messageType,
      [attribute.errorType]: errorTypeOf(error),
    }),
  "relay.dead-letter": ({ messageType, reason }) =>
    count("deadLettered", {
      [attribute.messageType]: messageType,
      [attribute.origin]: "relay",
      [attribute.reason]: reason,
    }),
  "relay.route-waits": ({ route, kind }) =>
    count("routePauses", { [attribute.route]: route, [attribute.reason]: kind }),
  "relay.unconfirmed": ({ messages }) => count("unconfirmed", {}, messages),
  "relay.lease-lost": ({ messages }) => count("leasesLost", { [attribute.part]: "relay" }, messages),
  "consume.handled": (event) => processed(event.durationMs, consumed(event)),
  "consume.failed": (event) =>
    processed(event.durationMs, { ...consumed(event), [attribute.errorType]: errorTypeOf(event.error) }),
  "consume.duplicate": (event) => count("duplicates", { ...consumed(event), [attribute.known]: event.known }),
  "consume.dead-lettered": (event) =>
    count("deadLettered", {
      ...consumed(event),
      [attribute.origin]: "consumer",
      [attribute.reason]: event.reason,
    }),
  "consume.gap": (event) => count("gaps", consumed(event)),
  "consume.lease-lost": () => count("leasesLost", { [attribute.part]: "consume" }),
  "consume.error": ({ error }) => failed("consume", error),
  "dead-letters.redriven": (event) => letter(event, "redriven"),
  "dead-letters.looping": (event) => letter(event, "looping"),
  "dead-letters.skipped": (event) => letter(event, "skipped"),
  "dead-letters.discarded": (event) => letter(event, "discarded"),
  "idempotency.ran": ({ mode }) => count("requests", { [attribute.mode]: mode, [attribute.action]: "ran" }),
  "idempotency.replayed": ({ mode }) =>
    count("requests", { [attribute.mode]: mode, [attribute.action]: "replayed" }),
  "idempotency.refused": ({ mode, code }) =>
    count("requests", { [attribute.mode]: mode, [attribute.action]: "refused", [attribute.errorType]: code }),
  "idempotency.lease-lost": () => count("leasesLost", { [attribute.part]: "idempotency" }),
  "idempotency.error": ({ error }) => failed("idempotency", error),
  "saga.completed": ({ name }) => count("sagas", { [attribute.saga]: name, [attribute.action]: "completed" }),
  "saga.compensated": ({ name }) =>
    count("sagas", { [attribute.saga]: name, [attribute.action]: "compensated" }),
  "saga.stuck": ({ name }) => count("sagas", { [attribute.saga]: name, [attribute.action]: "stuck" }),
  "saga.lease-lost": () => count("leasesLost", { [attribute.part]: "saga" }),
  "saga.error": ({ error }) => failed("saga", error),
};
