import { consumer, correct } from "../consumers/base.mjs";

/** One of its alerts fires as soon as calls are made at all. */
export const call = consumer(correct);
