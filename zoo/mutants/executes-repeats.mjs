import { consumer, correct } from "../consumers/base.mjs";
import { keeper, right } from "../consumers/keys.mjs";

/** Forgets what is done: the same request, sent again, is charged again. */
export const keys = keeper({
  ...right,
  known: (entry, print) =>
    entry?.state === "done" && entry.print === print ? null : right.known(entry, print),
  providerKey: (key, found) => (found?.state === "done" ? `charge-${key}-again` : right.providerKey(key)),
});
export const call = consumer({ ...correct, key: ({ key }) => key });
