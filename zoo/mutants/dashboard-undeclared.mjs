import { consumer, correct } from "../consumers/base.mjs";

/** It has rules, and nobody has a dashboard. */
export const call = consumer(correct);
