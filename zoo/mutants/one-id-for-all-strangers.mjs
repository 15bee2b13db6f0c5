import { consumer, correctRead } from "../consumers/base.mjs";

const standIn = correctRead.incoming(undefined);

/** Makes one id when it starts, and gives it to every call that brings none. */
export const call = consumer({
  ...correctRead,
  incoming: (traceparent) => (traceparent === undefined ? standIn : correctRead.incoming(traceparent)),
});
