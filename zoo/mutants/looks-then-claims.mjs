import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { consumer, correct } from "../consumers/base.mjs";
import { keeper, right } from "../consumers/keys.mjs";

/** Claims a key a moment after looking whether it is free; whoever comes in between charges too. */
export const keys = keeper({ ...right, meanwhile: () => sleep(20), providerKey: () => randomUUID() });
export const call = consumer({ ...correct, key: ({ key }) => key });
