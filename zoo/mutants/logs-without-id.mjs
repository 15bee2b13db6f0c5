import { consumer, correct } from "../consumers/base.mjs";

/** Logs every event, and nothing that ties it to the request. */
export const call = consumer({
  ...correct,
  record: (event, _call, fields) => ({ event, ...fields }),
});
