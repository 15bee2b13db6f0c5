/** How many shards a relay's share is. All shares together are all shards, and no two differ by more than one. */
export function shareOf({
  shards,
  relays,
  rank,
}: {
  readonly shards: number;
  readonly relays: number;
  /** Its place among the relays that live, from 0. */
  readonly rank: number;
}): number {
  return Math.floor(shards / relays) + (rank < shards % relays ? 1 : 0);
}
