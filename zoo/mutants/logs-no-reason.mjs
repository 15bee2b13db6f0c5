import { consumer, correctRead } from "../consumers/base.mjs";

/** Lines tell attempt and time, and neither status nor error. */
export const call = consumer({
  ...correctRead,
  record: (event, call, { status: _status, reason: _reason, ...fields }) =>
    correctRead.record(event, call, fields),
});
