import { consumer, correct } from "../consumers/base.mjs";

/** Two sections of its runbook are still to be written. */
export const call = consumer(correct);
