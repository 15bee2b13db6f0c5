import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { targetWith } from "../testing/evidence.ts";
import { newDraft } from "./draft.ts";
import type { NaturalCall } from "./model.ts";
import { TargetStore } from "./target-store.ts";
import { requestSeen } from "./testing/traffic.ts";

describe("what is kept of a target", () => {
  it("is bounded, and keeps the share of calls that failed, however regularly they did", () => {
    const target = targetWith();
    const store = new TargetStore(target);
    for (let at = 0; at < 100_000; at++) {
      const draft = newDraft();
      const status = at % 64 === 0 ? 503 : 200;
      draft.requests.push({
        request: requestSeen({ startMs: at, endMs: at + 1, status }),
        target,
        byRequest: false,
      });
      store.add(draft, `c${at}`, false);
    }

    const { calls } = store;
    const failed = calls.filter(({ kinds }: NaturalCall) => kinds[0] !== null).length;
    assert.equal(store.seen, 100_000);
    assert.ok(calls.length <= 20_000 && calls.length > 5_000, `${calls.length}`);
    const share = failed / calls.length;
    assert.ok(share > 0.5 / 64 && share < 2 / 64, `${share}`);
  });

  it("is less where many targets share the room, and enough to be judged by all the same", () => {
    const target = targetWith();
    const keptOf = (targets: number): number => {
      const store = new TargetStore(target, () => targets);
      for (let at = 0; at < 30_000; at++) {
        const draft = newDraft();
        const request = requestSeen({ startMs: at, endMs: at + 1 });
        draft.requests.push({ request, target, byRequest: false });
        store.add(draft, `c${at}`, false);
      }
      return store.calls.length;
    };

    const [ten, fifty] = [keptOf(10), keptOf(50)];
    assert.ok(ten <= 4_000 && ten > 1_000, `${ten}`);
    assert.ok(fifty <= 2_000 && fifty > 500, `${fifty}`);
  });
});
