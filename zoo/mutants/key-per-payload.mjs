import { createHash } from "node:crypto";
import { consumer, correct } from "../consumers/base.mjs";

/** The key is a hash of what is charged: two equal charges are one. */
export const call = consumer({
  ...correct,
  key: (call) => {
    const { amount, currency } = correct.request(call).body;
    return createHash("sha256").update(`${amount} ${currency}`).digest("hex");
  },
});
