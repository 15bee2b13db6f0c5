import assert from "node:assert/strict";
import type { Callback } from "./trace-harness.ts";

export const traceId = "0af7651916cd43dd8448eb211c80319c";
export const parentId = "b7ad6b7169203331";

/** What must be true of all that a service sent for one request. */
export type Expectation = (callbacks: readonly Callback[]) => void;

interface Sent {
  readonly trace: string;
  readonly span: string;
  readonly flags: string;
  readonly state: string | null;
}

const version00 = /^00-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-(0[0-3])$/;

/** The trace goes on with the flags that came in and, where one is named, exactly this `tracestate`; every request has a span of its own. */
export function continues(flags: string, state: string | null = null): Expectation {
  return (callbacks) => {
    const sent = readAll(callbacks);
    assert.deepEqual(
      sent.map(({ trace, flags, state }) => ({ trace, flags, state })),
      sent.map(() => ({ trace: traceId, flags, state })),
    );
    assert.ok(sent.every(({ span }) => span !== parentId));
  };
}

/** Nothing that came in is believed: a trace begins, its id drawn by chance, and no `tracestate` goes along. */
export const begins: Expectation = (callbacks) => {
  const sent = readAll(callbacks);
  for (const { trace, span, flags, state } of sent) {
    assert.deepEqual({ flags, state }, { flags: "03", state: null });
    // Not even a part of what came in, as a parser that cuts to length would keep.
    assert.ok(!trace.includes(traceId.slice(4, 28)) && span !== parentId);
  }
  assert.equal(new Set(sent.map(({ trace }) => trace)).size, 1);
};

function readAll(callbacks: readonly Callback[]): readonly Sent[] {
  const sent = callbacks.map(read);
  assert.ok(sent.length > 0);
  assert.equal(new Set(sent.map(({ span }) => span)).size, sent.length);
  return sent;
}

function read({ traceparents, tracestates }: Callback): Sent {
  assert.equal(traceparents.length, 1, "one traceparent");
  assert.ok(tracestates.length <= 1, "one tracestate at most");
  const [, trace, span, flags] = version00.exec(traceparents[0] ?? "") ?? assert.fail(`sent ${traceparents}`);
  return { trace: trace!, span: span!, flags: flags!, state: tracestates[0] ?? null };
}
