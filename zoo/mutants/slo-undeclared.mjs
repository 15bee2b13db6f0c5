import { consumer, correct } from "../consumers/base.mjs";

/** Its contract says nothing about how much may fail. */
export const call = consumer(correct);
