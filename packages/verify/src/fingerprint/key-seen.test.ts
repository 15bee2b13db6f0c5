import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { evidenceWith, targetWith, times } from "../testing/evidence.ts";
import { keySeen } from "./key-seen.ts";

const healthyWith = (headers: (index: number) => Record<string, string>) => (index: number) => ({
  attempts: [{ at: 2, healthy: true, headers: headers(index) }],
});
const repeated = (keys: readonly string[]) =>
  times(3, { attempts: keys.map((key, index) => ({ at: index, headers: { "idempotency-key": key } })) });

describe("the key of a fingerprint", () => {
  it("is found by the names that keys are known to have, and told as stable or not", () => {
    const healthyCall = healthyWith((index) => ({ "idempotency-key": `k${index}` }));
    const [stable] = keySeen(
      evidenceWith({ "503-once": repeated(["a", "a"]) }, { healthyCall }),
      targetWith(),
    );
    assert.equal(stable?.value, "idempotency-key");
    assert.match(stable?.note ?? "", /of 3 of 3 repeated calls/);
    const [fresh] = keySeen(
      evidenceWith({ "503-once": repeated(["a", "b"]) }, { healthyCall }),
      targetWith(),
    );
    assert.match(fresh?.note ?? "", /of 0 of 3 repeated calls/);
  });

  it("is found where the contract says it stands", () => {
    const healthyCall = healthyWith((index) => ({ "x-own": `k${index}` }));
    const target = targetWith({ operation: { idempotencyKey: "X-Own" } });
    assert.equal(keySeen(evidenceWith({}, { healthyCall }), target)[0]?.value, "x-own");
  });

  it("is none where there is none, with a hint at what changes with every call", () => {
    const healthyCall = healthyWith((index) => ({ "x-call": `k${index}` }));
    const [seen] = keySeen(evidenceWith({}, { healthyCall }), targetWith());
    assert.equal(seen?.value, "none");
    assert.match(seen?.note ?? "", /x-call changes with every call/);
  });
});
