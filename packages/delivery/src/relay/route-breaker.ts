import { type Backoff, nextWait, type Random } from "@holdfast/core";

/**
 * Whether messages go out over a route. An outage is the broker's affair and no message's: while it lasts nothing is sent and no attempt
 * is counted. A pause ends with one message; every confirm lets one more be under way, so that nobody stampedes a broker that has just
 * come back.
 */
export type RouteBreaker =
  | { readonly phase: "closed"; readonly generation: number }
  | {
      readonly phase: "open";
      readonly generation: number;
      readonly untilMs: number;
      readonly pauses: number;
    }
  | {
      readonly phase: "trial";
      readonly generation: number;
      /** How many may be under way, and how many are. */
      readonly window: number;
      readonly underWay: number;
      readonly pauses: number;
    };

/** So many under way without a failure, and the route is as good as any. */
const trialWindowMax = 64;

/** All goes. */
export const closedRoute: RouteBreaker = { phase: "closed", generation: 0 };

/** How many messages may be sent now. */
export function allowance(state: RouteBreaker, nowMs: number): number {
  switch (state.phase) {
    case "closed":
      return Number.POSITIVE_INFINITY;
    case "open":
      return nowMs >= state.untilMs ? 1 : 0;
    case "trial":
      return Math.max(0, state.window - state.underWay);
  }
}

/** A message is sent; it must have been allowed. Its verdict names the generation of the state that this returns. */
export function sent(state: RouteBreaker): RouteBreaker {
  switch (state.phase) {
    case "closed":
      return state;
    case "open":
      return {
        phase: "trial",
        generation: state.generation + 1,
        window: 1,
        underWay: 1,
        pauses: state.pauses,
      };
    case "trial":
      return { ...state, underWay: state.underWay + 1 };
  }
}

/** How a message ended, as far as its route is concerned: `unsaid` is neither for nor against it. */
export type RouteVerdict = "worked" | "failed" | "unsaid";

/** The state after a verdict. One about an earlier generation has no say: hundreds fail together in one outage. */
export function routeEnded(
  state: RouteBreaker,
  verdict: RouteVerdict,
  { generation, nowMs, backoff, random }: Ending,
): RouteBreaker {
  if (generation !== state.generation || state.phase === "open") return state;
  if (verdict === "failed")
    return opened(state.generation, state.phase === "trial" ? state.pauses : 0, { nowMs, backoff, random });
  if (state.phase === "closed") return state;
  const underWay = state.underWay - 1;
  if (verdict === "unsaid") return { ...state, underWay };
  return state.window >= trialWindowMax
    ? { phase: "closed", generation: state.generation + 1 }
    : { ...state, underWay, window: state.window + 1 };
}

/** When and how a verdict came. */
export interface Ending extends Pausing {
  readonly generation: number;
}

/** What a pause is made of. */
export interface Pausing {
  readonly nowMs: number;
  readonly backoff: Backoff;
  readonly random: Random;
}

/** The route gets a pause, longer each time. */
export function opened(
  generation: number,
  pauses: number,
  { nowMs, backoff, random }: Pausing,
): RouteBreaker {
  const { waitMs } = nextWait(backoff, pauses, null, random);
  return { phase: "open", generation: generation + 1, untilMs: nowMs + waitMs, pauses: pauses + 1 };
}
