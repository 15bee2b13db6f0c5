import { addToCall, type CallState, newCall } from "./call-state.ts";
import type { FailureClass } from "./classes/failure-class.ts";
import type { Entry } from "./entry.ts";
import { FailureGroup } from "./failure-group.ts";
import { Generations } from "./generations.ts";
import { ownText } from "./own-text.ts";
import { type Sign, signOf } from "./sign.ts";

/** How many calls are followed at a time, twice over; those that were quiet longest are let go first. */
const callsMax = 5_000;
/** How many kinds of failure are told apart; a log that invents names fills no more than these. */
const groupsMax = 300;

/** What the entries of a diagnosis are tied into: calls, and groups of failures. */
export interface Correlator {
  add(entry: Entry): { readonly sign: Sign; readonly call: CallState | null };
  /** Ends the calls that are still followed. */
  end(): void;
  readonly groups: ReadonlyMap<string, FailureGroup>;
  readonly totals: { calls: number; failed: number; uncounted: number };
  readonly effectsFailed: ReadonlySet<string>;
}

/** Ties entries into calls as they come; `ended` hears of each call of which nothing more is expected. */
export function correlator(ended: (call: CallState) => void): Correlator {
  const calls = new Generations<CallState>(callsMax, finish);
  const groups = new Map<string, FailureGroup>();
  const totals = { calls: 0, failed: 0, uncounted: 0 };
  const effectsFailed = new Set<string>();

  function groupOf(entry: Entry, sign: Sign): FailureGroup | null {
    const met = metIn(sign);
    if (met === null) return null;
    const key = `${entry.service}\u0000${met.dependency ?? ""}\u0000${met.class.id}${met.passedOn ? "\u0000" : ""}`;
    const known = groups.get(key);
    if (known !== undefined) return known;
    if (groups.size >= groupsMax) {
      totals.uncounted++;
      return null;
    }
    const dependency = met.dependency === null ? null : ownText(met.dependency, 80);
    const fresh = new FailureGroup(ownText(entry.service, 80), dependency, met.class, met.passedOn);
    groups.set(ownText(key, 400), fresh);
    return fresh;
  }

  function callOf(id: string): CallState {
    const known = calls.get(id);
    if (known !== undefined) return known;
    const fresh = newCall(id);
    calls.set(fresh.id, fresh);
    return fresh;
  }

  function finish(call: CallState): void {
    totals.calls++;
    if (call.failed) totals.failed++;
    if (call.first !== null) {
      if (call.failed) call.first.group.failedCalls++;
      else call.first.group.recoveredCalls++;
    }
    if (call.failed && call.effect !== null && effectsFailed.size < 10_000) effectsFailed.add(call.effect);
    ended(call);
  }

  return {
    add(entry) {
      const sign = signOf(entry);
      const group = groupOf(entry, sign);
      if (group !== null) group.add(entry, sign.kind !== "failure" || sign.explicit);
      const call = entry.call === null ? null : callOf(entry.call);
      if (call !== null) addToCall(call, entry, sign, group);
      return { sign, call };
    },
    end: () => calls.end(),
    groups,
    totals,
    effectsFailed,
  };
}

interface Met {
  readonly dependency: string | null;
  readonly class: FailureClass;
  readonly passedOn: boolean;
}

function metIn(sign: Sign): Met | null {
  if (sign.kind === "failure") return { dependency: sign.dependency, class: sign.class, passedOn: false };
  if (sign.kind !== "answered" || sign.class === null) return null;
  return { dependency: sign.dependency, class: sign.class, passedOn: true };
}
