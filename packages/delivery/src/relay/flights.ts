import type { Clock, Random } from "@holdfast/core";
import type { PublishEnd } from "../broker.ts";
import { crashPoint } from "../crash-points.ts";
import type { Emit } from "../events.ts";
import type { Claimed, Token } from "./claimed.ts";
import type { RelaySettings } from "./options.ts";
import { type Admission, lasts, type Routes } from "./routes.ts";
import type { Settler } from "./settler.ts";
import { crashedVerdict, routeVerdictOf, type Verdict, verdictOf } from "./verdict.ts";
import type { Window } from "./window.ts";

/** What became of a message, told to whoever claimed it. */
export interface Watcher {
  /** Its publishing has ended, and this is what is going to be written. */
  onVerdict?(verdict: Verdict): void;
  /** The database has it. */
  onSettled?(): void;
}

/** When a lease ends on the process's clock, told too early rather than late. Messages of one shard share theirs. */
export interface Lease {
  untilMs: number;
}

/** How messages ended so far. */
export interface FlightCounts {
  readonly published: number;
  readonly failed: number;
  readonly dead: number;
  readonly released: number;
}

/** What flights need. */
export interface FlightsParts {
  readonly routes: Routes;
  readonly settler: Settler;
  readonly window: Window;
  readonly settings: RelaySettings;
  readonly clock: Clock;
  readonly random: Random;
  readonly emit: Emit;
  /** Called when the window has more room, or a publishing has ended. */
  readonly onChange: () => void;
  /** Called when messages became ready again before their time: where to look for them is not known any more. */
  readonly onGivenBack: () => void;
}

interface Flight {
  readonly claimed: Claimed;
  readonly takenAtMs: number;
  readonly lease: Lease;
  sent: { readonly admission: Admission; readonly atMs: number; readonly order: number } | null;
  watcher: Watcher;
  over: boolean;
}

/** The pause of a message whose confirm never came while later ones were confirmed, in milliseconds. */
const aloneWaitMs = 30_000;
const givenBack: Verdict = { kind: "released", waitMs: 0 };
const unconfirmed: PublishEnd = { ok: false, kind: "unknown", error: null };

/** Messages that this relay has claimed: publishes them, and sees to it that each one gets a verdict. */
export class Flights {
  readonly #parts: FlightsParts;
  readonly #flights = new Map<string, Flight>();
  readonly #counts = { done: 0, failed: 0, dead: 0, released: 0 };
  /** The place in the order of sending of the last one that a broker confirmed. */
  readonly #confirmed = new Map<unknown, number>();
  #underWay = 0;
  #orders = 0;
  #stopping = false;

  constructor(parts: FlightsParts) {
    this.#parts = parts;
  }

  /** Messages whose publishing is under way. */
  get underWay(): number {
    return this.#underWay;
  }

  counts(): FlightCounts {
    const { done: published, failed, dead, released } = this.#counts;
    return { published, failed, dead, released };
  }

  /** Takes a claimed message into the window. */
  take(claimed: Claimed, lease: Lease): void {
    // This relay's own lease on it ran out, and it was claimed again: what becomes of the first sending has no say any more.
    const earlier = this.#flights.get(claimed.token.id);
    if (earlier?.sent === null) this.#settle(earlier, givenBack);
    else if (earlier !== undefined) this.#finish(earlier, unconfirmed);
    this.#parts.window.add(claimed.envelope.type, claimed.bytes);
    const takenAtMs = this.#parts.clock.monotonic();
    this.#flights.set(claimed.token.id, { claimed, takenAtMs, lease, sent: null, watcher: {}, over: false });
  }

  /** Publishes a message that was taken, or gives it back where its route does not go or its lease is over. */
  send(claimed: Claimed, watcher: Watcher = {}): void {
    const flight = this.#waiting(claimed, watcher);
    if (flight === null) return;
    const crashed = crashedVerdict(claimed);
    const admission = crashed === null ? this.#admit(flight) : null;
    if (admission === null) this.#settle(flight, crashed ?? givenBack);
    else this.#publish(flight, admission);
  }

  /** Gives back a message that was taken and not sent. */
  giveBack(claimed: Claimed, watcher: Watcher = {}): void {
    const flight = this.#waiting(claimed, watcher);
    if (flight !== null) this.#settle(flight, givenBack);
  }

  /** Forgets a message that was taken and not sent: another relay has it. */
  forget(claimed: Claimed): void {
    const flight = this.#waiting(claimed, {});
    if (flight === null) return;
    this.#end(flight);
    this.#parts.window.remove(claimed.envelope.type, claimed.bytes);
    this.#parts.onChange();
  }

  /** From now on nothing is sent: what would be is given back. */
  stopSending(): void {
    this.#stopping = true;
  }

  /** Gives up waiting for confirms that take too long; of those that consumers give, which cannot be lost, only where `all` says so. */
  sweep(all = true): void {
    this.#giveUp(this.#parts.clock.monotonic() - this.#parts.settings.confirmLimitMs, all);
  }

  /** Gives up on everything: what was sent is unconfirmed, and the rest goes back. */
  abandon(): void {
    this.#giveUp(Number.POSITIVE_INFINITY, true);
    for (const flight of [...this.#flights.values()]) this.#settle(flight, givenBack);
  }

  /** The leases of queue messages that end before a moment; those of ordered ones are their shards'. */
  expiring(beforeMs: number): readonly Token[] {
    const tokens: Token[] = [];
    for (const { claimed, lease } of this.#flights.values())
      if (claimed.shard === null && lease.untilMs < beforeMs) tokens.push(claimed.token);
    return tokens;
  }

  /** Some leases were extended, and those that are not held another relay has taken. */
  extended(tokens: readonly Token[], held: ReadonlySet<string>, untilMs: number): void {
    for (const { id, lease } of tokens) {
      const flight = this.#flights.get(id);
      if (flight?.claimed.token.lease === lease) flight.lease.untilMs = held.has(id) ? untilMs : 0;
    }
  }

  #waiting(claimed: Claimed, watcher: Watcher): Flight | null {
    const flight = this.#flights.get(claimed.token.id);
    if (flight?.claimed !== claimed || flight.sent !== null) return null;
    flight.watcher = watcher;
    return flight;
  }

  #admit({ claimed, lease }: Flight): Admission | null {
    // The event loop may have stood still for longer than the lease: then another relay is at it.
    if (this.#stopping || this.#parts.clock.monotonic() >= lease.untilMs) return null;
    return this.#parts.routes.admit(claimed.envelope.type);
  }

  #publish(flight: Flight, admission: Admission): void {
    flight.sent = { admission, atMs: this.#parts.clock.monotonic(), order: ++this.#orders };
    this.#underWay += 1;
    const fail = (error: unknown): void => this.#finish(flight, { ok: false, kind: "unknown", error });
    crashPoint("relay:before-publish");
    try {
      const { destination, broker } = admission.route;
      const publishing = broker.publish({ destination, envelope: flight.claimed.envelope });
      publishing.then((end) => this.#finish(flight, end), fail);
    } catch (error) {
      fail(error);
    }
  }

  #finish(flight: Flight, end: PublishEnd): void {
    if (flight.over || flight.sent === null) return;
    const { admission, order } = flight.sent;
    const confirmed = this.#confirmed.get(admission.route.broker) ?? 0;
    if (end.ok) {
      crashPoint("relay:after-ack");
      this.#confirmed.set(admission.route.broker, Math.max(order, confirmed));
    }
    // A consumer that takes its time is no outage.
    const waits = end === unconfirmed && !this.#stopping && lasts(admission.route);
    // Later ones were confirmed and this one was not: the message is given a pause, the route is not.
    const alone = waits || (!end.ok && end.kind === "unknown" && order < confirmed);
    this.#parts.routes.ended(admission, end, alone ? "unsaid" : routeVerdictOf(end));
    const { random } = this.#parts;
    this.#settle(
      flight,
      alone ? { kind: "released", waitMs: aloneWaitMs * random.between(0.8, 1.2) } : this.#judge(flight, end),
    );
  }

  #judge({ claimed, takenAtMs }: Flight, end: PublishEnd): Verdict {
    const { settings, random, clock, emit } = this.#parts;
    const { attempts, backoff } = settings;
    const nowMs = claimed.claimedAtMs + Math.round(clock.monotonic() - takenAtMs);
    const verdict = verdictOf(claimed, end, { attempts, backoff, random, nowMs });
    if (verdict.kind === "failed" && !end.ok) {
      const { id, type: messageType } = claimed.envelope;
      const { waitMs } = verdict;
      emit({ type: "relay.failed", id, messageType, failed: claimed.failed + 1, waitMs, error: end.error });
    }
    return verdict;
  }

  #end(flight: Flight): void {
    flight.over = true;
    if (this.#flights.get(flight.claimed.token.id) === flight) this.#flights.delete(flight.claimed.token.id);
    if (flight.sent !== null) this.#underWay -= 1;
  }

  #settle(flight: Flight, verdict: Verdict): void {
    const { settler, window, onChange, onGivenBack } = this.#parts;
    this.#end(flight);
    this.#counts[verdict.kind] += 1;
    flight.watcher.onVerdict?.(verdict);
    if (verdict.kind === "released") onGivenBack();
    const onSettled = (): void => {
      window.remove(flight.claimed.envelope.type, flight.claimed.bytes);
      flight.watcher.onSettled?.();
      onChange();
    };
    settler.add({ claimed: flight.claimed, verdict, onSettled });
    onChange();
  }

  #giveUp(sentBeforeMs: number, all: boolean): void {
    const late = [...this.#flights.values()].filter(
      ({ sent }) => sent !== null && sent.atMs < sentBeforeMs && (all || !lasts(sent.admission.route)),
    );
    for (const flight of late) this.#finish(flight, unconfirmed);
    if (late.length > 0) this.#parts.emit({ type: "relay.unconfirmed", messages: late.length });
  }
}
