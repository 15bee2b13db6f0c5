import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { factsIn } from "./log-facts.ts";
import { callOf, targetWith } from "./testing/evidence.ts";

const spec = { kind: "status", status: 503 };
const retried = callOf(
  {
    attempts: [1, 2, 3].map((at) => ({ at, fault: { spec, step: 0 }, headers: { host: "127.0.0.1:4711" } })),
  },
  "503-forever",
);
const single = callOf({ attempts: [{ at: 1 }] }, "hang-forever");

const told = (line: string, call = retried): readonly string[] => factsIn([line], call, targetWith()).told;

describe("the facts that log lines tell", () => {
  it("ask for no number of a single attempt, and for no status without an answer", () => {
    assert.deepEqual(factsIn([], single, targetWith()).applies, ["dependency", "operation", "elapsed time"]);
    assert.equal(factsIn([], retried, targetWith()).applies.length, 5);
  });

  const dependency = [
    "payments: failed",
    "PaymentClient failed",
    "connect 127.0.0.1:4711",
    '"peer":"payment-api"',
  ];
  const attempt = [
    '"attempt":3',
    "attempt 2/4",
    "try 2 of 4",
    "gave up after 3 attempts",
    "resend_count=2",
    "2nd try",
  ];
  const elapsed = ['"elapsed_ms":12', "after 812 ms", "took 0.8s", "duration=17", '"spentMs":957', "(812ms)"];
  const status = ['"status":503', "answered 503", "503 Service Unavailable"];
  for (const [fact, lines] of Object.entries({ dependency, attempt, "elapsed time": elapsed, status })) {
    for (const line of lines) it(`find ${fact} in ${line}`, () => assert.ok(told(line).includes(fact)));
  }

  it("find the operation by its name or by its path", () => {
    assert.deepEqual(told("charging failed"), ["operation"]);
    assert.deepEqual(told("POST /v1/charges failed"), ["operation"]);
  });

  it("do not take waits, limits, dates and other numbers for them", () => {
    for (const line of [
      "next in 75 ms",
      "retrying in 2 seconds",
      '"wait_ms":75',
      '"retry_after_ms":5000',
      '"time":"2026-11-27T20:47:52.645Z"',
      '"time":1764276472645',
      "timeout=950",
      "order 4200 failed",
      "id 50312",
    ]) {
      assert.deepEqual(told(line), [], line);
    }
  });
});
