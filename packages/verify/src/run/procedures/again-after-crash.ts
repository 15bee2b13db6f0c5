import type { RequestRecord } from "../../model.ts";
import { crashed, disarm, reached } from "../crash.ts";
import { driveCall } from "../drive-call.ts";
import type { DriveOutcome } from "../drivers/driver.ts";
import type { Procedure } from "./procedure.ts";
import { sampled } from "./sampled.ts";

/** A call whose process is killed while its provider has acted and its reply is withheld; started again, it is given the same command. */
export const againAfterCrash: Procedure = (context, tools) => {
  const { instance, identity } = tools;
  const { integration } = tools.experiment;
  const { clock } = context;

  const note = (call: string, number: number, startedMs: number, came: DriveOutcome): void => {
    const { status, outcome, endedMs } = came;
    const error = came.error === null ? null : context.redactor.text(came.error).slice(0, 100);
    const role: RequestRecord["role"] = number === 0 ? "first" : "again";
    const expected = outcome === "succeeded";
    const said = { status, expected, answer: null, error };
    context.record({ type: "request", call, number, role, startedMs, endedMs, ...said });
  };

  return driveCall(context, instance, identity(), {
    ...sampled(tools),
    made: {
      requests: 2,
      by: async (call) => {
        const firstMs = clock.monotonic();
        const first = instance.driver.drive(call);
        const hit = await reached(context, { instance, integration, call: call.id }, first);
        await disarm(instance, call.id);
        const gone = hit ? await crashed(instance) : null;
        const before = await first;
        note(call.id, 0, firstMs, before);
        if (!hit) return before;
        if (gone !== null)
          return { outcome: "failed", status: null, error: gone, endedMs: clock.monotonic() };
        const againMs = clock.monotonic();
        const again = await instance.driver.drive(call);
        note(call.id, 1, againMs, again);
        return again;
      },
    },
  });
};
