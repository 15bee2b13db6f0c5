/** What the relay reports. */
export type RelayEvent =
  /** The database could not be asked; the relay tries again after a pause. */
  | { readonly type: "relay.error"; readonly doing: string; readonly error: unknown; readonly waitMs: number }
  /** A message counts one failed attempt more and is tried again after a pause. */
  | {
      readonly type: "relay.failed";
      readonly id: string;
      readonly messageType: string;
      readonly failed: number;
      readonly waitMs: number;
      readonly error: unknown;
    }
  /** A message was given up and lies in the dead letters. */
  | {
      readonly type: "relay.dead-letter";
      readonly id: string;
      readonly messageType: string;
      readonly reason: "failed" | "rejected" | "crashed";
    }
  /** A route is given a pause: its broker is down, refuses the destination, or does not confirm. No attempt was counted. */
  | {
      readonly type: "relay.route-waits";
      readonly route: string;
      readonly kind: "misconfigured" | "down" | "unknown" | "missing";
      readonly waitMs: number;
      readonly error: unknown;
    }
  /** A route that had a pause goes again. */
  | { readonly type: "relay.route-goes"; readonly route: string }
  /** Messages were sent and their confirms never came: they are sent again and may arrive twice. */
  | { readonly type: "relay.unconfirmed"; readonly messages: number }
  /** Messages or shards were taken over by another relay: what this one knew of them was not kept. */
  | { readonly type: "relay.lease-lost"; readonly messages: number; readonly shards: number }
  /** The relay's share of the ordered shards has changed. */
  | { readonly type: "relay.shards"; readonly owned: number; readonly relays: number }
  /** A key waits for its first message, which failed; messages of other keys go on. */
  | {
      readonly type: "relay.key-blocked";
      readonly messageType: string;
      readonly key: string;
      readonly waitMs: number;
    };
