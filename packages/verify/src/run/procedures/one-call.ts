import { driveCall } from "../drive-call.ts";
import type { Procedure } from "./procedure.ts";
import { sampled } from "./sampled.ts";

/** One call under the experiment's fault program: the usual sample. */
export const oneCall: Procedure = (context, tools) =>
  driveCall(context, tools.instance, tools.identity(), sampled(tools));
