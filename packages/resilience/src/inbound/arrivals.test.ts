import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { seededRandom } from "@holdfast/core";
import { type VirtualClock, virtualClock } from "@holdfast/core/testing";
import fc from "fast-check";
import { Arrivals } from "./arrivals.ts";
import { type ExpiredRequest, type InboundOptions, inboundSettings } from "./inbound-options.ts";

interface Door {
  readonly clock: VirtualClock;
  readonly arrivals: Arrivals;
  readonly heard: readonly ExpiredRequest[];
}

function door(options: InboundOptions = {}): Door {
  const clock = virtualClock();
  const heard: ExpiredRequest[] = [];
  const world = {
    clock,
    random: seededRandom(1),
    tell: (request: ExpiredRequest) => void heard.push(request),
  };
  return { clock, heard, arrivals: new Arrivals(inboundSettings(options), world) };
}

const envoy = "x-envoy-expected-rq-timeout-ms";
const late = { [envoy]: "-1" };

describe("a deadline that comes in", () => {
  const remaining = (headers: Record<string, string>, options: InboundOptions = {}) =>
    door(options).arrivals.arrive(headers).ambient.remainingMs();

  it("is the shortest that any accepted header tells, and no longer than the service's own", () => {
    assert.equal(remaining({ [envoy]: "900" }), 900);
    assert.equal(remaining({ [envoy]: "900", "grpc-timeout": "1S" }), 900);
    assert.equal(remaining({ [envoy]: "900", "grpc-timeout": "200m" }), 200);
    assert.equal(remaining({ [envoy]: "900" }, { deadline: "500ms" }), 500);
    assert.equal(remaining({}, { deadline: "500ms" }), 500);
    assert.equal(remaining({}), Number.POSITIVE_INFINITY);
    assert.equal(remaining({ [envoy]: "soon" }), Number.POSITIVE_INFINITY);
  });

  it("is looked for in the headers that are named, and in no others", () => {
    const options = { deadlineHeaders: ["x-timeout-ms"] };
    assert.equal(remaining({ "x-timeout-ms": "70", [envoy]: "30" }, options), 70);
  });

  it("runs down to nothing, and not below", async () => {
    const { clock, arrivals } = door();
    const { ambient } = arrivals.arrive({ [envoy]: "100" });
    await clock.run(() => clock.sleep(60));
    assert.equal(ambient.remainingMs(), 40);
    await clock.run(() => clock.sleep(60));
    assert.equal(ambient.remainingMs(), 0);
  });
});

describe("a request that comes too late", () => {
  it("is told and served in shadow, told and refused when on, and neither when off", () => {
    for (const [mode, refused, told] of [
      ["shadow", false, 1],
      ["on", true, 1],
      ["off", false, 0],
    ] as const) {
      const { arrivals, heard } = door({ mode });
      for (let request = 0; request < 4; request++) arrivals.arrive({});
      const arrival = arrivals.arrive(late);
      assert.equal(arrival.refused, refused, mode);
      assert.equal(heard.length, told, mode);
      if (told === 1) assert.deepEqual(heard, [{ toldMs: -1, refusable: true, refused }]);
      assert.equal(arrival.ambient.remainingMs(), Number.POSITIVE_INFINITY);
    }
  });

  it("is never refused so often that more than a fifth of ten seconds are, and is refused as often as that allows", () => {
    let refusals = 0;
    fc.assert(
      fc.property(fc.array(fc.boolean(), { maxLength: 200, size: "max" }), (requests) => {
        const { arrivals } = door({ mode: "on" });
        let refused = 0;
        requests.forEach((isLate, index) => {
          const allowed = refused + 1 <= 0.2 * (index + 1);
          const arrival = arrivals.arrive(isLate ? late : {});
          assert.equal(arrival.refused, isLate && allowed, `${refused} of ${index + 1} before`);
          refused += Number(arrival.refused);
        });
        refusals += refused;
      }),
    );
    assert.ok(refusals > 100, "some were refused");
  });

  it("is measured against the requests of ten seconds, not of all time", async () => {
    const { clock, arrivals } = door({ mode: "on" });
    for (let request = 0; request < 100; request++) arrivals.arrive({});
    await clock.run(() => clock.sleep(11_000));
    assert.equal(arrivals.arrive(late).refused, false);
  });
});

describe("a key that comes in", () => {
  const ambientOf = (headers: Record<string, string>, options: InboundOptions = {}) =>
    door(options).arrivals.arrive(headers).ambient;

  it("gives every call of a policy its own, in their order, the same when the request comes again", () => {
    const keys = () => {
      const ambient = ambientOf({ "idempotency-key": "k" });
      return ["pay", "mail", "pay"].map((policy) => ambient.keyFor?.(policy));
    };
    const [pay, mail, again] = keys();
    assert.equal(new Set([pay, mail, again, "k"]).size, 4);
    assert.deepEqual(keys(), [pay, mail, again]);
    // The order between policies does not matter.
    const ambient = ambientOf({ "idempotency-key": "k" });
    assert.deepEqual([ambient.keyFor?.("mail"), ambient.keyFor?.("pay")], [mail, pay]);
  });

  it("is passed on as it is where that is asked for", () => {
    const ambient = ambientOf({ "x-key": " k " }, { keys: "same", keyHeader: "x-key" });
    assert.deepEqual(
      [ambient.keyFor?.("pay"), ambient.keyFor?.("pay"), ambient.idempotencyKey],
      ["k", "k", "k"],
    );
  });

  it("is none where it is empty or longer than keys are", () => {
    assert.equal(ambientOf({ "idempotency-key": "k".repeat(255) }).idempotencyKey, "k".repeat(255));
    for (const key of ["", "  ", "k".repeat(256)]) {
      const ambient = ambientOf({ "idempotency-key": key });
      assert.deepEqual([ambient.idempotencyKey, ambient.keyFor?.("pay")], [null, null]);
    }
  });
});
