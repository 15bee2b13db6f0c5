import { consumer, correct } from "../consumers/base.mjs";
import { keeper, right } from "../consumers/keys.mjs";

/** Takes key and body together for the key: another order under a used key is new to it, and is charged. */
export const keys = keeper({ ...right, idOf: (key, body) => `${key} ${right.printOf(body)}` });
export const call = consumer({ ...correct, key: ({ key }) => key });
