import { keyOf } from "../../attempts.ts";
import { keyUnique as check } from "../../checks/key-unique.ts";
import { judgeOne } from "../../judge.ts";
import { many } from "../../judgement.ts";
import type { PassiveRule } from "../model.ts";
import { evidenceOf } from "../natural-evidence.ts";
import { open } from "../words.ts";

/** As many as a verification compares. */
const keysMin = 30;

/** Is it another key for another call? */
export const keyUnique: PassiveRule = {
  check: "key-unique",
  says: ["fail", "advice"],
  needs:
    "30 healthy calls with the key in the log, all with one and the same key. A pass takes calls with equal payloads, which no log tells apart.",
  judge: (view) => {
    const { operation } = view.target;
    const key = operation.idempotencyKey ?? "idempotency-key";
    if (!view.shows.headers.has(key)) return open(`${key} is not written down`);
    const keys = view.healthy.flatMap(({ attempts }) => {
      const first = attempts[0];
      return first === undefined ? [] : (keyOf(first, operation)?.value ?? []);
    });
    const distinct = new Set(keys).size;
    if (keys.length >= keysMin && distinct === 1) return judgeOne(check, evidenceOf(view, {}), view.target);
    if (keys.length < keysMin)
      return open(`${many(keys.length, "key")} were seen, ${keysMin} are needed`, view.healthy);
    const because =
      distinct === keys.length
        ? `${keys.length} calls, as many keys; whether calls with equal payloads have keys of their own is not in the log`
        : `${keys.length} calls used ${distinct} keys; whether those that share one are the same order placed again is not in the log`;
    return open(because, view.healthy);
  },
};
