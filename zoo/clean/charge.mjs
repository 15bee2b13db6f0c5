import { consumer, correct } from "../consumers/base.mjs";

/** A charge over `node:http` with equal jitter. */
export const call = consumer(correct);
