import { driveCall } from "../drive-call.ts";
import type { Procedure } from "./procedure.ts";

/** One call without any id, or with each text in turn for a traceparent. The correlation header stays in the latter. */
export const strangeId: Procedure = (context, { experiment, instance, identity, answered }) => {
  const { integration, operation, program, horizonMs, lingerGaps, lingerMs = 0, procedure } = experiment;
  const texts = procedure?.kind === "strange-id" ? procedure.traceparents : [];
  // The first call on an instance is its warm-up.
  const traceparent = texts[Math.max(0, instance.calls - 1) % texts.length] ?? null;
  const known = identity();
  const correlation = traceparent === null ? null : known.correlation;
  const fault = { integration, operation, program };
  return driveCall(
    context,
    instance,
    { ...known, traceparent, correlation },
    { phase: "sample", horizonMs, lingerGaps, lingerMs, fault, answered },
  );
};
