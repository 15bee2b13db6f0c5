import {
  type Baggage,
  type BaggageChoice,
  childOf,
  chosenBaggage,
  noBaggage,
  type Random,
  type TraceContext,
} from "@holdfast/core";
import type { Envelope } from "./envelope.ts";
import type { Lineage } from "./publisher.ts";

/** What surrounds the code that publishes: its trace, `null` for none, and its baggage. */
export interface Ambient {
  readonly trace: TraceContext | null;
  readonly baggage: Baggage;
}

/** A message that is being handled. */
export interface Handling {
  readonly consumer: string;
  readonly envelope: Envelope;
  /** From 1. */
  readonly attempt: number;
}

/** A saga's step that is being called. */
export interface Calling {
  readonly saga: string;
  readonly sagaId: string;
  readonly step: string;
  readonly action: "do" | "undo";
  /** From 1. */
  readonly attempt: number;
  /** The trace that the saga goes on with. */
  readonly trace: TraceContext | undefined;
}

/** Makes spans of what happens to messages and sagas. `current` and `created` must not throw; the others end as their work does. */
export interface Tracing {
  /** What surrounds the code that asks. */
  current(): Ambient;
  /** Makes the span of a message that is about to be written, which the message then carries; `null` where it makes none. */
  created(type: string, id: string, lineage: Lineage): TraceContext | null;
  /** Does `work`, one attempt to handle a message, inside a span of its own. */
  handling<T>(handling: Handling, work: () => Promise<T>): Promise<T>;
  /** Does `work`, one call of a step, inside a span of its own; it failed where it ends with an error. */
  calling<End extends { readonly error?: unknown }>(calling: Calling, work: () => Promise<End>): Promise<End>;
}

/** Where something stands in the trace of what it belongs to: at its span where one is made, else at an id of its own. */
export function placeWithin(
  around: TraceContext | undefined,
  { tracing, random }: { readonly tracing: Tracing | null; readonly random: Random },
): TraceContext | null {
  const span = tracing?.current().trace ?? null;
  if (span !== null && span.parentId !== around?.parentId) return span;
  return around === undefined ? null : childOf(around, random);
}

/** How messages get their lineage where nobody says otherwise, and what of it goes out. */
export interface LineageSettings {
  /** Asked for each publishing; `null` where nothing surrounds it. */
  readonly ambient: (() => Ambient) | null;
  readonly baggage: BaggageChoice;
}

/** The lineage of what is published here: what was given, what surrounds it for the rest, and of the baggage what may go out. */
export function lineageHere(given: Lineage, { ambient, baggage: choice }: LineageSettings): Lineage {
  const around = ambient?.() ?? null;
  const { trace = around?.trace ?? undefined, baggage = around?.baggage ?? noBaggage, ...ids } = given;
  const chosen = chosenBaggage(baggage, choice);
  return {
    ...ids,
    ...(trace === undefined ? {} : { trace }),
    ...(chosen === "" ? {} : { baggage: chosen }),
  };
}
