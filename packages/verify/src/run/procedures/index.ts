import type { ProcedureSpec } from "../../model.ts";
import { oneCall } from "./one-call.ts";
import type { Procedure } from "./procedure.ts";

export type { SampleTools } from "./procedure.ts";

/** Every way to make a sample, by the kind that an experiment names. */
export const procedures: { readonly [Kind in ProcedureSpec["kind"]]: Procedure } = {
  "one-call": oneCall,
};
