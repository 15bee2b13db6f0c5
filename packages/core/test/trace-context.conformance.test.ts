import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { seededRandom } from "../src/index.ts";
import { startTraceHarness, type TraceHarness } from "./support/trace-harness.ts";
import { startTraceService, type TraceService, traceCarriers } from "./support/trace-service.ts";
import { severalRequestsTests, traceparentTests } from "./support/traceparent-cases.ts";
import { tracestateTests } from "./support/tracestate-cases.ts";

const tests = [...traceparentTests, ...tracestateTests, ...severalRequestsTests];

describe("W3C Trace Context at strict level 2, level 2 of the specification", () => {
  let harness: TraceHarness;
  before(async () => {
    harness = await startTraceHarness();
  });
  after(() => harness.close());

  it("has the 41 tests of the official suite", () => {
    assert.equal(new Set(tests.map(([name]) => name)).size, 41);
    assert.deepEqual(
      [traceparentTests.length + tracestateTests.length, severalRequestsTests.length],
      [37, 4],
    );
  });

  for (const [index, carrier] of traceCarriers.entries())
    describe(carrier.name, () => {
      let service: TraceService;
      before(async () => {
        service = await startTraceService(carrier, seededRandom(index));
      });
      after(() => service.close());

      for (const [name, cases] of tests)
        it(name, async () => {
          for (const [fields, expected, count = 1] of cases) {
            const callbacks = await harness.ask(service.port, fields, count);
            assert.equal(callbacks.length, count, `callbacks for ${JSON.stringify(fields)}`);
            expected(callbacks);
          }
        });

      it("was asked no less than the official suite asks", () => assert.ok(service.served() >= 83));
    });
});
