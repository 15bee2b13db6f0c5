import type { Clock } from "@holdfast/core";
import type { Delivery } from "../broker.ts";
import type { Envelope } from "../envelope.ts";

/** One message on its way to one consumer. */
interface Parcel {
  readonly envelope: Envelope;
  deliveries: number;
  done(acknowledged: boolean): void;
}

/** One instance of a consumer. */
interface Member {
  readonly types: ReadonlySet<string>;
  readonly prefetch: number;
  readonly onDelivery: (delivery: Delivery) => void;
  /** Under way; a parcel taken from it here is settled. */
  readonly underWay: Set<Parcel>;
  taking: boolean;
}

/** All instances under one consumer's name, and what waits for them. */
export interface Group {
  takes(type: string): boolean;
  /** Resolves to whether it was acknowledged; false when nobody is left to do so. What is offered again meanwhile is the same parcel. */
  offer(envelope: Envelope): Promise<boolean>;
  join(options: Pick<Member, "types" | "prefetch" | "onDelivery">): { stop(): void; leave(): void };
  isEmpty(): boolean;
  end(): void;
}

interface State {
  readonly clock: Clock;
  readonly members: Member[];
  readonly waiting: Parcel[];
  /** How each parcel that is here will end, by its message's id. */
  readonly ends: Map<string, Promise<boolean>>;
  /** Parcels that were released for later. */
  readonly pauses: Set<AbortController>;
  turn: number;
  pumping: boolean;
}

/** A consumer's queue. Waiting parcels go out in the order in which they came; one that comes back goes to the front. */
export function createGroup(clock: Clock): Group {
  const state: State = {
    clock,
    members: [],
    waiting: [],
    ends: new Map(),
    pauses: new Set(),
    turn: 0,
    pumping: false,
  };
  return {
    takes: (type) => takes(state, type),
    offer: (envelope) => state.ends.get(envelope.id) ?? offer(state, envelope),
    join(options) {
      const member: Member = { ...options, underWay: new Set(), taking: true };
      state.members.push(member);
      pump(state);
      return {
        stop: () => {
          member.taking = false;
        },
        leave: () => leave(state, member),
      };
    },
    isEmpty: () => state.members.length === 0,
    end: () => {
      for (const member of [...state.members]) leave(state, member);
    },
  };
}

function offer(state: State, envelope: Envelope): Promise<boolean> {
  const { waiting, ends } = state;
  const end = Promise.withResolvers<boolean>();
  const done = (acknowledged: boolean): void => {
    ends.delete(envelope.id);
    end.resolve(acknowledged);
  };
  ends.set(envelope.id, end.promise);
  waiting.push({ envelope, deliveries: 0, done });
  pump(state);
  return end.promise;
}

function takes({ members }: State, type: string): boolean {
  return members.some((member) => member.types.has(type));
}

function isFree(member: Member): boolean {
  return member.taking && member.underWay.size < member.prefetch;
}

/** Members take turns. */
function freeMember(state: State, type: string): Member | undefined {
  const { members } = state;
  for (let at = 0; at < members.length; at++) {
    const member = members[(state.turn + at) % members.length] as Member;
    if (!isFree(member) || !member.types.has(type)) continue;
    state.turn = (state.turn + at + 1) % members.length;
    return member;
  }
  return undefined;
}

/** Hands out the first parcel that somebody is free for. */
function handOne(state: State): boolean {
  if (!state.members.some(isFree)) return false;
  for (let at = 0; at < state.waiting.length; at++) {
    const parcel = state.waiting[at] as Parcel;
    const member = freeMember(state, parcel.envelope.type);
    if (member === undefined) continue;
    state.waiting.splice(at, 1);
    hand(state, parcel, member);
    return true;
  }
  return false;
}

/** A handler may settle at once: then the loop that is running goes on, in place of another one within it. */
function pump(state: State): void {
  if (state.pumping) return;
  state.pumping = true;
  try {
    while (handOne(state));
  } finally {
    state.pumping = false;
  }
}

function hand(state: State, parcel: Parcel, member: Member): void {
  member.underWay.add(parcel);
  parcel.deliveries++;
  member.onDelivery({
    envelope: parcel.envelope,
    redelivered: parcel.deliveries > 1,
    deliveries: parcel.deliveries,
    ack() {
      if (!member.underWay.delete(parcel)) return;
      parcel.done(true);
      pump(state);
    },
    release(delayMs = 0) {
      if (!member.underWay.delete(parcel)) return;
      if (delayMs > 0) void pause(state, parcel, delayMs);
      else back(state, parcel);
      pump(state);
    },
  });
}

function back(state: State, parcel: Parcel): void {
  if (takes(state, parcel.envelope.type)) state.waiting.unshift(parcel);
  else parcel.done(false);
}

async function pause(state: State, parcel: Parcel, delayMs: number): Promise<void> {
  const over = new AbortController();
  state.pauses.add(over);
  await state.clock.sleep(delayMs, over.signal).catch(() => {});
  state.pauses.delete(over);
  back(state, parcel);
  pump(state);
}

function leave(state: State, member: Member): void {
  const at = state.members.indexOf(member);
  if (at === -1) return;
  state.members.splice(at, 1);
  // What it had not settled was first in the line, and is so again.
  state.waiting.unshift(...member.underWay);
  member.underWay.clear();
  for (const parcel of state.waiting.splice(0))
    if (takes(state, parcel.envelope.type)) state.waiting.push(parcel);
    else parcel.done(false);
  if (state.members.length === 0) for (const over of state.pauses) over.abort();
  pump(state);
}
