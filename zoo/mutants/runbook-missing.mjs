import { consumer, correct } from "../consumers/base.mjs";

/** Its contract names a runbook that does not exist. */
export const call = consumer(correct);
