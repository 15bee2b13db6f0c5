import { consumer, correct } from "../consumers/base.mjs";

/** Its alert says what fails, and not where to read what to do. */
export const call = consumer(correct);
