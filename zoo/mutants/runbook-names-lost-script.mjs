import { consumer, correct } from "../consumers/base.mjs";

/** Its runbook calls a script that is not there any more. */
export const call = consumer(correct);
