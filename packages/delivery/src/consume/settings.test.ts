import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { isDeliveryError } from "../errors.ts";
import { message } from "../message.ts";
import type { StandardSchema } from "../standard-schema.ts";
import type { ConsumerDefinition } from "./definition.ts";
import { settingsOf } from "./settings.ts";

const schema: StandardSchema<{ id: string }> = {
  "~standard": { version: 1, vendor: "test", validate: (value) => ({ value: value as { id: string } }) },
};
const Plain = message("plain", { schema });
const Ordered = message("ordered", { schema, key: ({ id }) => id, ordered: true });
type Given = Partial<ConsumerDefinition<typeof Plain | typeof Ordered | readonly (typeof Plain)[]>>;
const settings = (given: Given = {}) =>
  settingsOf({ name: "billing", messages: Plain as Given["messages"] & object, handler: () => {}, ...given });

describe("a consumer's settings", () => {
  it("have the documented defaults", () => {
    const { messages, handler, ...rest } = settings();
    assert.deepEqual([...messages.keys()], ["plain"]);
    assert.equal(typeof handler, "function");
    assert.deepEqual(rest, {
      name: "billing",
      prepare: null,
      onDeadLetter: null,
      windowMs: 7 * 86_400_000,
      backoff: { baseMs: 1_000, factor: 2, capMs: 3_600_000, jitter: "full" },
      gap: { reportAfterMs: 60_000, giveUpAfterMs: 7 * 86_400_000 },
      afterDeadLetter: "hold",
      beginAt: "one",
      concurrency: 32,
      attempts: 12,
      timeoutMs: 30_000,
      leaseMs: 60_000,
      lockTimeoutMs: 5_000,
      pollMs: 1_000,
      stopTimeoutMs: 10_000,
    });
    assert.equal(settings({ messages: Ordered, dedupe: "sequence" }).windowMs, null);
    assert.equal(settings({ dedupe: "90d" }).windowMs, 90 * 86_400_000);
  });

  it("are refused where they cannot be, with the option's name", () => {
    const refused: readonly (readonly [Given, RegExp])[] = [
      [{ name: "Billing!" }, /name/],
      [{ name: "" }, /name/],
      [{ messages: [] }, /no message/],
      [{ messages: [Plain, Plain] }, /twice/],
      [{ dedupe: "sometimes" }, /dedupe/],
      [{ dedupe: "1s" }, /at least 1m/],
      [{ dedupe: "sequence" }, /plain has none/],
      [{ messages: Ordered, sequence: {} }, /dedupe: "sequence"/],
      [
        { messages: Ordered, dedupe: "sequence", sequence: { reportGapAfterMs: 0 } },
        /sequence.reportGapAfterMs/,
      ],
      [{ concurrency: 0 }, /concurrency/],
      [{ concurrency: 1.5 }, /whole/],
      [{ attempts: Number.NaN }, /attempts/],
      [{ timeoutMs: 0 }, /timeoutMs/],
      [{ leaseMs: 10 }, /leaseMs/],
      [{ pollMs: Number.POSITIVE_INFINITY }, /pollMs/],
      [{ stopTimeoutMs: -1 }, /stopTimeoutMs/],
    ];
    for (const [given, message] of refused)
      assert.throws(
        () => settings(given),
        (error) => isDeliveryError(error) && error.code === "CONFIGURATION" && message.test(error.message),
        JSON.stringify(given),
      );
  });
});
