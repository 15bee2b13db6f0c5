import { consumer, correct } from "../consumers/base.mjs";

/** Its runbook sends people to look, and gives no command to look with. */
export const call = consumer(correct);
