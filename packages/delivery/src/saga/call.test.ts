import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { seededRandom } from "@holdfast/core";
import { virtualClock } from "@holdfast/core/testing";
import { message } from "../message.ts";
import { permanent } from "../permanent.ts";
import type { StandardSchema } from "../standard-schema.ts";
import type { Store } from "../store.ts";
import { saga } from "./builder.ts";
import { type CallEnd, callStep } from "./call.ts";
import type { StepContext, UndoContext } from "./context.ts";
import { afterwards, type HeldSaga, heldSaga } from "./held.ts";

const schema: StandardSchema<{ sku: string }> = {
  "~standard": { version: 1, vendor: "test", validate: (value) => ({ value: value as { sku: string } }) },
};
const Sent = message("sent", { schema });

const store = {} as Store;
type Do = (state: { readonly sku: string }, context: StepContext) => unknown;

function held(
  work: Do,
  undo: (result: unknown, context: UndoContext) => unknown = () => {},
  lineage = "{}",
): HeldSaga {
  const definition = saga("calls", schema)
    .step("reserve", {
      do: work,
      undo: (_s, result, c) => undo(result, c),
      timeoutMs: 5_000,
      retry: { attempts: 1 },
    })
    .pivot("capture", { do: () => 1 });
  const row = {
    id: "o:1",
    name: "calls",
    definition: definition.hash,
    input: '{"sku":"tea"}',
    lineage,
    status: "running",
    during: null,
    place: 0,
    failures: 0,
    calling: false,
    error: null,
    lease: 1,
    version: 0,
  } as const;
  return afterwards(heldSaga(row, [], definition), { type: "called" });
}

async function ended(saga_: HeldSaga, stop = new AbortController()): Promise<CallEnd & { tookMs: number }> {
  const clock = virtualClock();
  const end = await clock.run(() =>
    callStep(
      saga_,
      { sku: "tea" },
      { store, clock, random: seededRandom(1), tracing: null, stop: stop.signal },
    ),
  );
  assert.equal(clock.sleeping(), 0, "no timer is left");
  return { ...end, tookMs: clock.monotonic() };
}

describe("a call of a step", () => {
  it("gives each call a span of its own in the trace that started the saga, and none where there was none", async () => {
    const seen: Readonly<Record<string, string>>[] = [];
    const traceId = "0af7651916cd43dd8448eb211c80319c";
    const lineage = JSON.stringify({ traceparent: `00-${traceId}-b7ad6b7169203331-01`, tracestate: "a=b" });
    const work: Do = (_state, { traceHeaders }) => void seen.push(traceHeaders);
    await ended(held(work, undefined, lineage));
    await ended(held(work));

    const [{ traceparent = "", tracestate } = {}, none] = seen;
    assert.match(traceparent, new RegExp(`^00-${traceId}-(?!b7ad6b7169203331)[0-9a-f]{16}-0\\d$`));
    assert.equal(tracestate, "a=b");
    assert.deepEqual(none, {});
  });

  it("gives the step its data and a key without the attempt, and keeps result and messages", async () => {
    const seen: unknown[] = [];
    const end = await ended(
      held((s, c) => {
        seen.push(s.sku, c.key, c.attempt, c.sagaId);
        c.publish(Sent({ sku: "a" }));
        return { at: new Date(0) };
      }),
    );
    assert.deepEqual(seen, ["tea", "saga:o:1:reserve", 1, "o:1"]);
    assert.deepEqual(
      [end.event.type, end.facts.result, end.messages.length],
      ["succeeded", '{"at":"1970-01-01T00:00:00.000Z"}', 1],
    );
  });

  it("gives undo the result that is known, and nothing where none is", async () => {
    for (const known of [true, false]) {
      const seen: unknown[] = [];
      const before = held(
        () => 1,
        (result, c) => void seen.push(result, c.key, c.doKey, c.attempt),
      );
      const back = known
        ? afterwards(
            afterwards(afterwards(before, { type: "succeeded" }, { result: '{"id":7}' }), { type: "called" }),
            {
              type: "failed",
              permanent: true,
            },
          )
        : afterwards(before, { type: "failed", permanent: false });
      assert.equal(back.state.status, "compensating");
      await ended(afterwards(back, { type: "called" }));
      assert.deepEqual(seen, [known ? { id: 7 } : undefined, "saga:o:1:reserve:undo", "saga:o:1:reserve", 1]);
    }
  });

  it("ends as failed when its time is over, and tells the step", async () => {
    let told: unknown;
    const end = await ended(
      held((_s, c) => {
        c.signal.addEventListener("abort", () => {
          told = c.signal.reason.code;
        });
        return new Promise(() => {});
      }),
    );
    assert.deepEqual(
      [end.event, end.tookMs, told],
      [{ type: "failed", permanent: false }, 5_000, "SAGA_STEP_TIMEOUT"],
    );
    assert.match(end.facts.error ?? "", /SAGA_STEP_TIMEOUT/);
  });

  it("tells a failure that is final from one that leaves open what happened", async () => {
    const refused = new Error("card refused");
    const fails = (error: unknown) => ended(held(() => Promise.reject(error)));
    assert.deepEqual((await fails(new Error("reset"))).event, { type: "failed", permanent: false });
    const final = await fails(permanent(refused));
    assert.deepEqual([final.event, final.error], [{ type: "failed", permanent: true }, refused]);
    assert.deepEqual((await fails("a text")).facts, { error: "a text" });
  });

  it("counts a result that JSON cannot hold as an outcome nobody knows, not as a refusal", async () => {
    const end = await ended(held(() => ({ id: 7n })));
    assert.deepEqual(end.event, { type: "failed", permanent: false });
    assert.match(end.facts.error ?? "", /SAGA_RESULT_UNSERIALISABLE/);
  });

  it("is interrupted a moment after it was told to end, and not if it ends by then", async () => {
    const stop = new AbortController();
    stop.abort();
    const never = await ended(
      held(() => new Promise(() => {})),
      stop,
    );
    assert.deepEqual([never.event.type, never.tookMs], ["interrupted", 1_000]);
    const done = await ended(
      held(() => "done"),
      stop,
    );
    assert.equal(done.event.type, "succeeded");
    const aborted = await ended(
      held((_s, c) => Promise.reject(c.signal.reason)),
      stop,
    );
    assert.equal(aborted.event.type, "interrupted");
  });

  it("fails a step that publishes what is no message", async () => {
    const end = await ended(held((_s, c) => c.publish({ type: "sent" } as never)));
    assert.deepEqual([end.event.type, end.messages.length], ["failed", 0]);
  });
});
