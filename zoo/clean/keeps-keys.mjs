import { consumer, correct } from "../consumers/base.mjs";
import { keeper, right } from "../consumers/keys.mjs";

/** A charge for callers that may ask again: the key for the provider comes from theirs. */
export const call = consumer({ ...correct, key: ({ key }) => key });
export const keys = keeper(right);
