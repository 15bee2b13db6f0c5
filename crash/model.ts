import type { CrashPoint } from "@holdfast/delivery/testing";

export const storeNames = ["sqlite", "postgres", "mariadb"] as const;
export type StoreName = (typeof storeNames)[number];
export const brokerNames = ["in-process", "rabbitmq", "nats"] as const;
export type BrokerName = (typeof brokerNames)[number];

/** Where a process is to die: the nth time it comes by. */
export interface Death {
  readonly point: CrashPoint;
  readonly occurrence: number;
}

/** What one process of a case is told. */
export interface Orders {
  readonly store: StoreName;
  readonly broker: BrokerName;
  /** Names everything that the case makes in databases and brokers. */
  readonly name: string;
  /** Where facts, the provider's ledger and an SQLite file are. */
  readonly folder: string;
  /** Null: work to the end. */
  readonly death: Death | null;
}

/** What the processes of a case write down, each line synced to disk before anything goes on. */
export type Fact =
  | { readonly kind: "intent" | "committed" | "rolled-back"; readonly id: string }
  | {
      readonly kind: "answered";
      readonly key: string;
      readonly status: number;
      readonly body: string;
      readonly replayed: boolean;
    }
  | { readonly kind: "dead"; readonly id: string; readonly where: string; readonly reason: string }
  | { readonly kind: "duplicate"; readonly id: string; readonly consumer: string }
  | { readonly kind: "dying"; readonly point: string }
  | {
      readonly kind: "settled";
      readonly sagas: Readonly<Record<string, string>>;
      readonly outbox: number;
      readonly parked: number;
      readonly deadLetters: number;
      readonly firstProgressMs: number | null;
      readonly wallMs: number;
      readonly rssBytes: number;
      readonly points: Readonly<Record<string, number>>;
    }
  | { readonly kind: "stuck"; readonly why: string };

/** A call that the provider took, under its key. */
export interface ProviderCall {
  readonly key: string;
  readonly what: string;
}

/** How many messages may be under way at once: what a crash sends twice at most (I9). */
export const inFlightMax = 8;
/** How long leases last in the cases, in milliseconds. */
export const leaseMs = 2_000;
