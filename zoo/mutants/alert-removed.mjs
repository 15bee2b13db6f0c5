import { consumer, correct } from "../consumers/base.mjs";

/** Its rules tell when it is not scraped, and never when its calls fail. */
export const call = consumer(correct);
