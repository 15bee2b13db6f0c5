import { consumer, correct } from "../consumers/base.mjs";

/** Its alert says that errors are high, and not whose. */
export const call = consumer(correct);
