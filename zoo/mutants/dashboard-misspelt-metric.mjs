import { consumer, correct } from "../consumers/base.mjs";

/** A panel of its dashboard asks for a metric whose name has a letter less. */
export const call = consumer(correct);
