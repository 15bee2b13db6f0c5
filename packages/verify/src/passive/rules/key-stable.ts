import { keyOf } from "../../attempts.ts";
import { keyStable as check } from "../../checks/key-stable.ts";
import { judgeOne } from "../../judge.ts";
import { many } from "../../judgement.ts";
import type { PassiveRule } from "../model.ts";
import { evidenceOf } from "../natural-evidence.ts";
import { leastCalls, open, uncountable } from "../words.ts";

/** One key that changed may be of two calls under one id. */
const changedMin = 3;

/** Is it one key for one call, on every attempt? */
export const keyStable: PassiveRule = {
  check: "key-stable",
  says: ["pass", "fail", "advice"],
  needs:
    "The key in the log ($http_idempotency_key, %REQ(IDEMPOTENCY-KEY)%). For a fail three calls whose key changed; for a pass 20 calls each that were made again after a status, after silence and after a broken connection.",
  judge: (view) => {
    const gap = uncountable(view);
    if (gap !== null) return gap;
    const { operation } = view.target;
    const key = operation.idempotencyKey ?? "idempotency-key";
    if (!view.shows.headers.has(key)) return open(`${key} is not written down`);
    const again = view.calls.filter(({ attempts }) => attempts.length > 1);
    const changed = again.filter(
      ({ attempts }) => new Set(attempts.map((one) => keyOf(one, operation)?.value ?? "")).size > 1,
    );
    if (changed.length > 0 && changed.length < changedMin) {
      return open(`the key changed in ${many(changed.length, "call")}, ${changedMin} are needed`, changed);
    }
    const ways = [
      { says: "a status", calls: again.filter(({ kinds }) => /^\d/.test(kinds[0] ?? "")) },
      { says: "silence", calls: again.filter(({ kinds }) => kinds[0] === "hang") },
      { says: "a reset", calls: again.filter(({ kinds }) => kinds[0] === "reset") },
    ];
    const few = ways.filter(({ calls }) => calls.length < leastCalls);
    if (changed.length === 0 && few.length > 0) {
      const seen = few.map(({ says, calls }) => `${calls.length} after ${says}`).join(", ");
      return open(
        `no key changed in ${many(again.length, "call")} made again; but only ${seen} were seen, ${leastCalls} of each are needed`,
        again,
      );
    }
    return judgeOne(check, evidenceOf(view, { natural: again }), view.target);
  },
};
