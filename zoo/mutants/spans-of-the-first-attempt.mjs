import { tellsAll, traced } from "../consumers/spans.mjs";

/** One span stands for all attempts of a call. */
export const call = traced({
  ...tellsAll,
  hasSpan: ({ attempt }) => attempt === 1,
});
