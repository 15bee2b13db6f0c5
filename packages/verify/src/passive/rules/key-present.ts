import { isIdempotent, methodOf } from "../../attempts.ts";
import { keyPresent as check } from "../../checks/key-present.ts";
import { judgeOne } from "../../judge.ts";
import type { PassiveRule } from "../model.ts";
import { evidenceOf } from "../natural-evidence.ts";
import { leastCalls, open, tooFew } from "../words.ts";

/** Does a request with an effect carry a key? */
export const keyPresent: PassiveRule = {
  check: "key-present",
  says: ["pass", "fail"],
  needs:
    "20 healthy calls in an access log that writes the declared header down ($http_idempotency_key, %REQ(IDEMPOTENCY-KEY)%), sent or not.",
  judge: (view) => {
    const { target, healthy, shows } = view;
    const key = target.operation.idempotencyKey;
    const method = methodOf(target, healthy) ?? "GET";
    if (key === null && isIdempotent(method, target)) return judgeOne(check, evidenceOf(view, {}), target);
    if (key === null) return open("no key is declared, and under which name one is sent is not in the log");
    if (key.startsWith("/")) return open("the key is declared in the body, which no log holds");
    if (shows.source !== "access-log" || !shows.headers.has(key)) return open(`${key} is not written down`);
    if (healthy.length < leastCalls) return tooFew(healthy, "without a failure", leastCalls);
    return judgeOne(check, evidenceOf(view, {}), target);
  },
};
