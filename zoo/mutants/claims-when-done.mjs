import { randomUUID } from "node:crypto";
import { consumer, correct } from "../consumers/base.mjs";
import { keeper, right } from "../consumers/keys.mjs";

/** Stores a key only with its answer: all that come while the work is under way do it too. */
export const keys = keeper({ ...right, claim: () => null, providerKey: () => randomUUID() });
export const call = consumer({ ...correct, key: ({ key }) => key });
