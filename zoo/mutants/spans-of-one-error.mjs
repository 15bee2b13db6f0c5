import { tellsAll, traced } from "../consumers/spans.mjs";

/** Each failure is the same error in its spans. */
export const call = traced({
  ...tellsAll,
  attributes: ({ status: _status, error, ...facts }) =>
    tellsAll.attributes({ ...facts, status: null, error: error === null ? null : "PaymentError" }),
});
