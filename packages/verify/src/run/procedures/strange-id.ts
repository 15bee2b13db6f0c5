import { driveCall } from "../drive-call.ts";
import type { Procedure } from "./procedure.ts";
import { sampled } from "./sampled.ts";

/** One call without any id, or with each text in turn for a traceparent. The correlation header stays in the latter. */
export const strangeId: Procedure = (context, tools) => {
  const { instance, identity } = tools;
  const { procedure } = tools.experiment;
  const texts = procedure?.kind === "strange-id" ? procedure.traceparents : [];
  // The first call on an instance is its warm-up.
  const traceparent = texts[Math.max(0, instance.calls - 1) % texts.length] ?? null;
  const known = identity();
  const correlation = traceparent === null ? null : known.correlation;
  return driveCall(context, instance, { ...known, traceparent, correlation }, sampled(tools));
};
