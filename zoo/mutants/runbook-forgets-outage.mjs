import { consumer, correct } from "../consumers/base.mjs";

/** Its runbook knows no provider that answers with 503. */
export const call = consumer(correct);
