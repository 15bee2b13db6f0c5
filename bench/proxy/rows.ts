import type { BenchResult } from "../result.ts";

interface Measured {
  readonly value: number;
  readonly unit: string;
}

/** A named peer and its value. */
type Peer = readonly [name: string, value: number];

/** A row whose value has to be at least so many times the peer's. */
export function atLeast(id: string, own: Measured, [against, peer]: Peer, least: number): BenchResult {
  const ratio = own.value / peer;
  return { id, ...own, against, ratio, target: `at least ${least} ×`, met: ratio >= least };
}

/** A row whose value may be at most so many times the peer's. */
export function atMost(id: string, own: Measured, [against, peer]: Peer, most: number): BenchResult {
  const ratio = own.value / peer;
  return { id, ...own, against, ratio, target: `at most ${most} ×`, met: ratio <= most };
}

/** A row that is there to be compared with. */
export function shown(id: string, own: Measured, peer: Peer | null): BenchResult {
  const against =
    peer === null ? { against: "", ratio: null } : { against: peer[0], ratio: own.value / peer[1] };
  return { id, ...own, ...against, target: "none", met: true };
}
