import { invariant } from "@holdfast/core";
import type { RequestRecord } from "../../model.ts";
import { openAsker } from "../asker.ts";
import { crashed, disarm, reached } from "../crash.ts";
import { driveCall } from "../drive-call.ts";
import type { RunContext } from "../run-context.ts";
import type { Procedure } from "./procedure.ts";
import { outcomeOf } from "./request-outcome.ts";
import { sampled } from "./sampled.ts";

/** Between two requests of a caller that tries until it is done. */
const againMs = 300;

/** A request that meets the fault; the process is killed meanwhile and started again if so wanted; then the same until it is done. */
export const halfWay: Procedure = (context, tools) => {
  const { instance, identity } = tools;
  const { procedure, integration, horizonMs } = tools.experiment;
  invariant(procedure?.kind === "half-way", "the experiment names its procedure");
  const { clock } = context;
  return driveCall(context, instance, identity(), {
    ...sampled(tools),
    made: {
      requests: 1 + Math.ceil(horizonMs / againMs),
      by: async (call) => {
        const asker = openAsker(context, instance, call, procedure.key);
        const first = asker.ask("first", { untilMs: clock.monotonic() + horizonMs });
        if (procedure.crash) {
          await reached(context, { instance, integration, call: call.id }, first);
          await disarm(instance, call.id);
          const gone = await crashed(instance);
          if (gone !== null) {
            await first;
            return { outcome: "failed", status: null, error: gone, endedMs: clock.monotonic() };
          }
        }
        await first;
        await disarm(instance, call.id);
        const again = () => asker.ask("again", { untilMs: clock.monotonic() + horizonMs });
        return outcomeOf(await untilDone(context, again, horizonMs));
      },
    },
  });
};

async function untilDone(
  { clock, signal }: RunContext,
  ask: () => Promise<RequestRecord>,
  horizonMs: number,
): Promise<RequestRecord> {
  const untilMs = clock.monotonic() + horizonMs;
  for (;;) {
    const request = await ask();
    if (request.expected || clock.monotonic() >= untilMs) return request;
    await clock.sleep(againMs, signal);
  }
}
