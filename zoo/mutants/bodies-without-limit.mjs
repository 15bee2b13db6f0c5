import { consumer, correct } from "../consumers/base.mjs";

/** Limits how long a head may take, and lets a body take for ever. */
export const limits = { requestTimeout: 0 };
export const call = consumer(correct);
