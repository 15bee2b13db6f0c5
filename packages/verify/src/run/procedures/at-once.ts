import { invariant } from "@holdfast/core";
import { openAsker } from "../asker.ts";
import { driveCall } from "../drive-call.ts";
import type { Procedure } from "./procedure.ts";
import { outcomeOf } from "./request-outcome.ts";
import { sampled } from "./sampled.ts";

/** One request many times at the same moment, with one key, under the experiment's fault program. */
export const atOnce: Procedure = (context, tools) => {
  const { instance, identity } = tools;
  const { procedure, horizonMs } = tools.experiment;
  invariant(procedure?.kind === "at-once", "the experiment names its procedure");
  return driveCall(context, instance, identity(), {
    ...sampled(tools),
    made: {
      requests: procedure.requests,
      by: async (call) => {
        const asker = openAsker(context, instance, call, procedure.key);
        const untilMs = context.clock.monotonic() + horizonMs;
        const asked = Array.from({ length: procedure.requests }, (_, at) =>
          asker.ask(at === 0 ? "first" : "again", { untilMs }),
        );
        const requests = await Promise.all(asked);
        const [first] = requests;
        const best = requests.find((one) => one.expected) ?? first;
        invariant(best !== undefined, "at least one request is made");
        return { ...outcomeOf(best), endedMs: context.clock.monotonic() };
      },
    },
  });
};
