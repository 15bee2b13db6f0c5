import { invariant } from "@holdfast/core";
import { openAsker } from "../asker.ts";
import { driveCall } from "../drive-call.ts";
import type { Procedure } from "./procedure.ts";
import { outcomeOf } from "./request-outcome.ts";
import { sampled } from "./sampled.ts";

/** Between two requests, so that what is done after an answer is not taken for the next request's doing. */
const restMs = 60;

/** A request, the same again, then another body, all with one key. */
export const sameKey: Procedure = (context, tools) => {
  const { instance, identity } = tools;
  const { procedure, horizonMs } = tools.experiment;
  invariant(procedure?.kind === "same-key", "the experiment names its procedure");
  const { clock, signal } = context;
  return driveCall(context, instance, identity(), {
    ...sampled(tools),
    fault: null,
    made: {
      requests: 3,
      by: async (call) => {
        const asker = openAsker(context, instance, call, procedure.key);
        const untilMs = clock.monotonic() + horizonMs;
        const first = await asker.ask("first", { untilMs });
        if (!first.expected) return outcomeOf(first);
        await clock.sleep(restMs, signal);
        const again = await asker.ask("again", { untilMs });
        await clock.sleep(restMs, signal);
        const other = await asker.ask("other-body", { untilMs, other: identity() });
        return { ...outcomeOf(first), endedMs: other.endedMs ?? again.endedMs ?? clock.monotonic() };
      },
    },
  });
};
