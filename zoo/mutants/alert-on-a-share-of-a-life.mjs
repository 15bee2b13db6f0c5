import { consumer, correct } from "../consumers/base.mjs";

/** Its alert looks at the share of failures since the process was started. */
export const call = consumer(correct);
