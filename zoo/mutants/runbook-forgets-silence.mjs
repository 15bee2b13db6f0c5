import { consumer, correct } from "../consumers/base.mjs";

/** Its runbook knows errors, and no provider that does not answer. */
export const call = consumer(correct);
