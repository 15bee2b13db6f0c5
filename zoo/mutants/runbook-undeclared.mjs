import { consumer, correct } from "../consumers/base.mjs";

/** Its contract names no runbook. */
export const call = consumer(correct);
