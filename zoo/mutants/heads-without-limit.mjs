import { consumer, correct } from "../consumers/base.mjs";

/** Waits for ever for the head of a request, and for all of it. */
export const limits = { headersTimeout: 0, requestTimeout: 0 };
export const call = consumer(correct);
