import { consumer, correct } from "../consumers/base.mjs";
import { keeper, right } from "../consumers/keys.mjs";

/** Keeps the failure of the first try as the answer to the key: it comes again long after the provider is well. */
export const keys = keeper({ ...right, settled: (print, answer) => ({ print, state: "done", answer }) });
export const call = consumer({ ...correct, key: ({ key }) => key });
