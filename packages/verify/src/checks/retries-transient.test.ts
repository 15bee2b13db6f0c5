import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type CallFacts, evidenceWith, targetWith, times, verdictOf } from "../testing/evidence.ts";
import { retriesTransient } from "./retries-transient.ts";

const declared = targetWith({ policy: { retry: { attempts: 3 } } });
const post = { operation: { request: { method: "POST", path: "/v1/charges" } } };
const recovered: CallFacts = { attempts: [{ at: 0 }, { at: 100, healthy: true }], outcome: "succeeded" };
const lost: CallFacts = { attempts: [{ at: 0 }], outcome: "failed" };
const retriedInVain: CallFacts = { attempts: [{ at: 0 }, { at: 100, healthy: true }], outcome: "failed" };
const fallback: CallFacts = { attempts: [{ at: 0 }], outcome: "succeeded" };

function judged(on503: CallFacts, onReset: CallFacts, target = declared, healthyCall?: () => CallFacts) {
  const experiments = { "503-once": times(3, on503), "reset-once-fresh": times(4, onReset) };
  return verdictOf(retriesTransient, evidenceWith(experiments, healthyCall ? { healthyCall } : {}), target);
}

describe("retries-transient", () => {
  it("passes when calls recover from both", () => {
    const found = judged(recovered, recovered);
    assert.equal(found.verdict, "pass");
    assert.deepEqual(
      found.measured?.map((one) => [one.name, one.value]),
      [
        ["recovered from one 503", 3],
        ["recovered from one reset", 4],
      ],
    );
  });

  it("fails where retries are declared, advises where nothing is", () => {
    assert.equal(judged(lost, recovered).verdict, "fail");
    assert.equal(judged(recovered, lost).verdict, "fail");
    assert.equal(judged(lost, lost, targetWith()).verdict, "advice");
    assert.equal(judged(recovered, lost, targetWith()).verdict, "advice");
  });

  it("fails when the second attempt comes after the caller has its error", () => {
    assert.match(judged(retriedInVain, recovered).because, /3 of 3 calls were made again and 0 recovered/);
  });

  it("takes a success without a second attempt for a fallback", () => {
    const found = judged(fallback, recovered);
    assert.equal(found.verdict, "fail");
    assert.match(found.because, /fallback/);
  });

  it("expects only what `on` names", () => {
    const on = (words: readonly string[]) => targetWith({ policy: { retry: { attempts: 3, on: words } } });
    assert.equal(judged(recovered, lost, on(["5xx"])).verdict, "pass");
    assert.equal(judged(lost, recovered, on(["reset"])).verdict, "pass");
    assert.equal(judged(lost, recovered, on(["503"])).verdict, "fail");
    assert.equal(judged(recovered, lost, on(["reset", "503"])).verdict, "fail");
    assert.equal(judged(lost, recovered, on(["unavailable"])).verdict, "fail");
    assert.equal(judged(recovered, lost, on(["ambiguous", "unavailable"])).verdict, "fail");
  });

  it("does not expect a request with an effect and no key to be sent again", () => {
    assert.equal(judged(lost, lost, targetWith(post)).verdict, "not-applicable");
    assert.equal(judged(recovered, lost, targetWith(post)).verdict, "pass");
  });

  it("says how it was when such a request is sent again and does not recover", () => {
    assert.equal(judged(retriedInVain, lost, targetWith(post)).verdict, "advice");
  });

  it("expects it of one with a stable key", () => {
    const keyed = (): CallFacts => ({
      attempts: [
        { at: 2, healthy: true, method: "POST", headers: { "idempotency-key": crypto.randomUUID() } },
      ],
    });
    assert.equal(judged(recovered, lost, targetWith(post), keyed).verdict, "advice");
  });

  it("does not apply to a single declared attempt", () => {
    assert.equal(
      judged(lost, lost, targetWith({ policy: { retry: { attempts: 1 } } })).verdict,
      "not-applicable",
    );
  });

  it("needs both experiments", () => {
    assert.equal(
      verdictOf(retriesTransient, evidenceWith({ "503-once": times(3, recovered) })).verdict,
      "inconclusive",
    );
  });
});
