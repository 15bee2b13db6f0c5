import { consumer, correct } from "../consumers/base.mjs";

/** Jitter of ±5 %: a herd that failed together comes back together, and hardly any wider. */
export const call = consumer({
  ...correct,
  scheduleMs: (retry) => 100 * 2 ** (retry - 1) * (0.95 + 0.1 * Math.random()),
});
