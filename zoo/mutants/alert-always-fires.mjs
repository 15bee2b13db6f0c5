import { consumer, correct } from "../consumers/base.mjs";

/** One of its alerts compares with at least zero where it means more than some. */
export const call = consumer(correct);
