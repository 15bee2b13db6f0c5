import { consumer, correct } from "../consumers/base.mjs";

/** Its dashboard shows that it runs and how much it is called, which an outage does not change. */
export const call = consumer(correct);
