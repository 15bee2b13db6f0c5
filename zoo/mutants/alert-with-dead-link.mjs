import { consumer, correct } from "../consumers/base.mjs";

/** Its alert leads to the runbook of some years ago, which is gone. */
export const call = consumer(correct);
