import { consumer, correct } from "../consumers/base.mjs";
import { keeper, right } from "../consumers/keys.mjs";

/** Answers a repeated request with 409, also when it is long done: the caller never learns what came of it. */
export const keys = keeper({
  ...right,
  known: (entry, print) =>
    entry?.state === "done" && entry.print === print
      ? { status: 409, body: { error: "this key was used before" } }
      : right.known(entry, print),
});
export const call = consumer({ ...correct, key: ({ key }) => key });
