import { consumer, correct } from "../consumers/base.mjs";
import { keeper, right } from "../consumers/keys.mjs";

/** Never frees the claim of a process that is gone: a request that crashed half-way gets 409 for ever. */
export const keys = keeper({ ...right, recover: () => {} });
export const call = consumer({ ...correct, key: ({ key }) => key });
