import { consumer, correct } from "../consumers/base.mjs";

/** Its alert tells of a dependency that fails; only the address of the runbook names it. */
export const call = consumer(correct);
