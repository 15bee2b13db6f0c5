import { consumer, correct } from "../consumers/base.mjs";

/** Its alert fires from the first failure on until the process is started anew. */
export const call = consumer(correct);
