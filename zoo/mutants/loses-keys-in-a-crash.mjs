import { randomUUID } from "node:crypto";
import { consumer, correct } from "../consumers/base.mjs";
import { keeper, openMemory, right } from "../consumers/keys.mjs";

/** Keeps keys in memory: after a crash the same request is charged again, under another key. */
export const keys = keeper({ ...right, open: openMemory, providerKey: () => randomUUID() });
export const call = consumer({ ...correct, key: ({ key }) => key });
