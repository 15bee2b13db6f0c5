/**
 * The places at which a process may die, named `part:moment`. The crash matrix kills a child at each of them; in production passing one
 * costs a comparison. A new point is a line here and a call where it happens.
 */
export const crashPoints = [
  "publish:before-insert",
  "publish:after-insert",
  "transaction:before-commit",
  "transaction:after-commit",
  "relay:after-claim",
  "relay:before-publish",
  "relay:after-ack",
  "relay:before-settle",
  "relay:after-settle",
  "relay:before-dead-letter",
  "relay:after-dead-letter",
  "consume:before-inbox",
  "consume:after-inbox",
  "consume:after-handler",
  "consume:after-commit",
  "consume:before-ack",
  "consume:before-park",
  "consume:after-park",
  "consume:before-dead-letter",
  "consume:after-dead-letter",
  "dead-letters:before-redrive",
  "dead-letters:after-redrive",
  "dead-letters:before-discard",
  "dead-letters:after-discard",
  "idempotency:after-claim",
  "idempotency:after-work",
  "idempotency:before-complete",
  "idempotency:after-complete",
  "saga:after-start",
  "saga:after-claim",
  "saga:before-do",
  "saga:after-do",
  "saga:after-step",
  "saga:before-undo",
  "saga:after-undo",
  "saga:after-end",
] as const;

/** One of the places. */
export type CrashPoint = (typeof crashPoints)[number];

let hook: ((point: CrashPoint) => void) | null = null;

/** Called where a process may die. Does nothing unless a test has asked for it. */
export function crashPoint(point: CrashPoint): void {
  if (hook !== null) hook(point);
}

/** For tests alone: calls `onPoint` at every point that is passed; null ends it. */
export function onCrashPoint(onPoint: ((point: CrashPoint) => void) | null): void {
  hook = onPoint;
}
