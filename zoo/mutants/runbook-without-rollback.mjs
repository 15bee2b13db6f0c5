import { consumer, correct } from "../consumers/base.mjs";

/** Its runbook leaves out the way back. */
export const call = consumer(correct);
