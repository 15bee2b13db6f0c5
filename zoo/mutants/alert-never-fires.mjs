import { consumer, correct } from "../consumers/base.mjs";

/** Its alert waits for more than all calls to fail. */
export const call = consumer(correct);
