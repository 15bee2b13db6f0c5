import { consumer, correct } from "../consumers/base.mjs";

/** Its objective is a hundred per cent, which leaves no budget for an alert to watch. */
export const call = consumer(correct);
