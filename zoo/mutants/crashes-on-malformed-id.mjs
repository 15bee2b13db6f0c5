import { consumer, correct } from "../consumers/base.mjs";

/** Takes the traceparent apart without seeing whether it can be: a call with another text in its place fails. */
export const call = consumer({
  ...correct,
  incoming: (traceparent) => {
    if (traceparent !== undefined && BigInt(`0x${traceparent.split("-")[2]}`) === 0n)
      throw new Error("no span");
    return correct.incoming(traceparent);
  },
});
