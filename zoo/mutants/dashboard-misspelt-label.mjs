import { consumer, correct } from "../consumers/base.mjs";

/** A panel of its dashboard asks for a label that is called otherwise. */
export const call = consumer(correct);
