import { describe, type OptionRow } from "@holdfast/core";
import type { Fault } from "../fault.ts";
import { badCertificate } from "./bad-certificate.ts";
import { blackHole } from "./black-hole.ts";
import { close } from "./close.ts";
import { drip } from "./drip.ts";
import { gather } from "./gather.ts";
import { hang } from "./hang.ts";
import { lateDuplicate } from "./late-duplicate.ts";
import { latency } from "./latency.ts";
import { lostReply } from "./lost-reply.ts";
import { malformed } from "./malformed.ts";
import { mutate } from "./mutate.ts";
import { outage } from "./outage.ts";
import { quota } from "./quota.ts";
import { redirect } from "./redirect.ts";
import { refuse } from "./refuse.ts";
import { reset } from "./reset.ts";
import { slowRead } from "./slow-read.ts";
import { status } from "./status.ts";
import { tlsHang } from "./tls-hang.ts";
import { truncate } from "./truncate.ts";

const all: readonly Fault[] = [
  badCertificate,
  blackHole,
  close,
  drip,
  gather,
  hang,
  lateDuplicate,
  latency,
  lostReply,
  malformed,
  mutate,
  outage,
  quota,
  redirect,
  refuse,
  reset,
  slowRead,
  status,
  tlsHang,
  truncate,
];

/** Every fault by its kind. */
export const faults: Readonly<Record<string, Fault>> = Object.fromEntries(
  all.map((fault) => [fault.kind, fault]),
);

/** A fault as references and tools show it. */
export interface FaultDescription {
  readonly kind: string;
  readonly at: Fault["at"];
  readonly summary: string;
  readonly settings: readonly OptionRow[];
}

/** Every fault with its settings, for the generated reference. */
export function describeFaults(): readonly FaultDescription[] {
  return all.map(({ kind, at, summary, params }) => ({ kind, at, summary, settings: describe(params) }));
}
