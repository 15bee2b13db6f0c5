import { traced } from "../consumers/spans.mjs";

/** A charge that sends a span for each attempt. */
export const call = traced();
