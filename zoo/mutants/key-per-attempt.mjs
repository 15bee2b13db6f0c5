import { randomUUID } from "node:crypto";
import { consumer, correct } from "../consumers/base.mjs";

/** The key is made inside the retried function. */
export const call = consumer({
  ...correct,
  keyHeaders: () => ({ "idempotency-key": randomUUID() }),
});
