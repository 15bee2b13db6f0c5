import {
  type Baggage,
  type Clock,
  continueTrace,
  extractBaggage,
  type IncomingHeaders,
  type Random,
  type TraceContext,
} from "@holdfast/core";
import type { Ambient } from "../call/call-world.ts";
import { parseDeadlineHeader } from "../deadline-header.ts";
import { RetryBudget } from "../state/budget.ts";
import { headerValue } from "./header-value.ts";
import type { ExpiredRequest, InboundSettings } from "./inbound-options.ts";
import { nestedKey } from "./nested-key.ts";

/** What the door of a service needs of the world. */
export interface ArrivalWorld {
  readonly clock: Pick<Clock, "monotonic">;
  readonly random: Random;
  readonly tell: (request: ExpiredRequest) => void;
}

/** A request at the door: what its work inherits, and whether there is any work to do. */
export interface Arrival {
  readonly refused: boolean;
  readonly ambient: Ambient;
}

/** The share of requests that may be refused (Finagle). */
const refusable = { ratio: 0.2, minPerSecond: 0, windowMs: 10_000 };

/** The longest key that is taken for one: providers take no longer ones, and a key is kept in memory and in tables. */
const keyCharactersMax = 255;

/** Reads what requests bring along. */
export class Arrivals {
  readonly #settings: InboundSettings;
  readonly #world: ArrivalWorld;
  readonly #refusals = new RetryBudget(refusable);

  constructor(settings: InboundSettings, world: ArrivalWorld) {
    this.#settings = settings;
    this.#world = world;
  }

  arrive(headers: IncomingHeaders): Arrival {
    const { deadlineMs, keyHeader, keys } = this.#settings;
    const { clock, random } = this.#world;
    const nowMs = clock.monotonic();
    this.#refusals.deposit(nowMs);
    const toldMs = this.#toldMs(headers);
    const expired = toldMs !== null && toldMs <= 0;
    const refused = expired && this.#refuses(toldMs, nowMs);
    // A caller that is served although it says that it has gone is not believed in this at all.
    const waitsMs = expired || toldMs === null ? deadlineMs : Math.min(deadlineMs, toldMs);
    const key = headerValue(headers, keyHeader)?.trim() ?? "";
    const ambient = new RequestAmbient({
      endsAtMs: nowMs + waitsMs,
      clock,
      idempotencyKey: key === "" || key.length > keyCharactersMax ? null : key,
      derives: keys === "derived",
      trace: continueTrace(headers, random),
      headers,
    });
    return { refused, ambient };
  }

  /** The shortest time that any of the headers tells. */
  #toldMs(headers: IncomingHeaders): number | null {
    let shortest: number | null = null;
    for (const name of this.#settings.deadlineHeaders) {
      const value = headerValue(headers, name);
      const told = value === null ? null : parseDeadlineHeader(name, value);
      if (told !== null && (shortest === null || told < shortest)) shortest = told;
    }
    return shortest;
  }

  #refuses(toldMs: number, nowMs: number): boolean {
    const { mode } = this.#settings;
    if (mode === "off") return false;
    // Counted in shadow too: what is told there is what would happen.
    const withinShare = this.#refusals.tryWithdraw(nowMs);
    const refused = withinShare && mode === "on";
    this.#world.tell({ toldMs, refusable: withinShare, refused });
    return refused;
  }
}

interface RequestParts {
  /** On the clock; `Infinity` without a deadline. */
  readonly endsAtMs: number;
  readonly clock: Pick<Clock, "monotonic">;
  readonly idempotencyKey: string | null;
  readonly derives: boolean;
  readonly trace: TraceContext;
  readonly headers: IncomingHeaders;
}

/** What the calls inside one request inherit. */
class RequestAmbient implements Ambient {
  readonly idempotencyKey: string | null;
  readonly trace: TraceContext;
  readonly #endsAtMs: number;
  readonly #clock: Pick<Clock, "monotonic">;
  readonly #derives: boolean;
  #ordinals: Map<string, number> | null = null;
  /** The headers, until it is first asked for. */
  #baggage: Baggage | IncomingHeaders;

  constructor({ endsAtMs, clock, idempotencyKey, derives, trace, headers }: RequestParts) {
    this.#endsAtMs = endsAtMs;
    this.#clock = clock;
    this.idempotencyKey = idempotencyKey;
    this.#derives = derives;
    this.trace = trace;
    this.#baggage = headers;
  }

  /** Read when it is first asked for: most requests bring none, and of those that do most are never asked. */
  get baggage(): Baggage {
    const known = this.#baggage;
    if (typeof known === "string") return known;
    const read = extractBaggage(known);
    this.#baggage = read;
    return read;
  }

  remainingMs(): number {
    return this.#endsAtMs === Number.POSITIVE_INFINITY
      ? this.#endsAtMs
      : Math.max(0, this.#endsAtMs - this.#clock.monotonic());
  }

  keyFor(policy: string): string | null {
    const { idempotencyKey } = this;
    if (idempotencyKey === null || !this.#derives) return idempotencyKey;
    this.#ordinals ??= new Map();
    const ordinal = (this.#ordinals.get(policy) ?? 0) + 1;
    this.#ordinals.set(policy, ordinal);
    return nestedKey(idempotencyKey, policy, ordinal);
  }
}
