import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { DeliveryError } from "../../errors.ts";
import { differenceOf } from "./inspect.ts";
import { findingsOfQueue } from "./queue-findings.ts";

describe("queue findings", () => {
  it("reads what the server names as different", () => {
    const of = (difference: string) =>
      differenceOf(`406 (PRECONDITION-FAILED) "PRECONDITION_FAILED - inequivalent arg ${difference}"`);
    const table: readonly [string, ReturnType<typeof differenceOf>][] = [
      [
        "'x-max-length' for queue 'q' in vhost '/': received none but current is the value '10' of type 'long'",
        { argument: "x-max-length", current: 10 },
      ],
      [
        "'x-queue-type' for queue 'q' in vhost '/': received the value 'quorum' of type 'longstr' but current is none",
        { argument: "x-queue-type", current: null },
      ],
      [
        "'durable' for queue 'q' in vhost '/': received 'true' but current is 'false'",
        { argument: "durable", current: "false" },
      ],
      ["something else", null],
    ];
    for (const [message, fact] of table) assert.deepEqual(of(message), fact, message);
  });

  it("says of each difference whether a promise is broken by it", () => {
    const severities = (argument: string, current: string | number | null) =>
      findingsOfQueue("q", [{ argument, current }]).map(({ severity }) => severity);
    assert.deepEqual(severities("durable", "false"), ["broken"]);
    assert.deepEqual(severities("x-message-ttl", 5), ["broken"]);
    assert.deepEqual(severities("x-max-length", 5), ["note"]);
    assert.deepEqual(severities("x-queue-type", "classic"), ["weakened"]);
    assert.deepEqual(severities("x-delivery-limit", 20), ["weakened"]);
    assert.deepEqual(severities("x-delivery-limit", -1), []);
    assert.deepEqual(severities("x-dead-letter-exchange", "dlx"), []);
    assert.deepEqual(severities("x-single-active-consumer", "true"), []);
    const dropping = findingsOfQueue("q", [
      { argument: "x-overflow", current: null },
      { argument: "x-max-length", current: 5 },
    ]);
    assert.deepEqual(
      dropping.map(({ code, severity }) => [code, severity]),
      [["rabbitmq-queue-drops", "broken"]],
    );
    const missing = findingsOfQueue("q", new DeliveryError("BROKER_MISCONFIGURED", "404"));
    assert.deepEqual(
      missing.map(({ code }) => code),
      ["rabbitmq-queue-missing"],
    );
  });
});
