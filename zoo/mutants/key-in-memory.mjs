import { randomUUID } from "node:crypto";
import { consumer, correct } from "../consumers/base.mjs";

const keys = new Map();

/** The key of an order is random and remembered in memory, until the process ends. */
export const call = consumer({
  ...correct,
  key: ({ id }) => {
    if (!keys.has(id)) keys.set(id, randomUUID());
    return keys.get(id);
  },
});
