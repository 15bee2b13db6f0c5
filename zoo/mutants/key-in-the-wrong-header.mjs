import { consumer, correct } from "../consumers/base.mjs";

/** Sends the key in a header that the provider does not read. */
export const call = consumer({
  ...correct,
  keyHeaders: ({ key }) => ({ "x-charge-token": key }),
});
