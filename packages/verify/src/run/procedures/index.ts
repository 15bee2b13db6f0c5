import type { ProcedureSpec } from "../../procedure-model.ts";
import { againAfterCrash } from "./again-after-crash.ts";
import { atOnce } from "./at-once.ts";
import { halfWay } from "./half-way.ts";
import { herd } from "./herd.ts";
import { load } from "./load.ts";
import { oneCall } from "./one-call.ts";
import type { Procedure } from "./procedure.ts";
import { sameKey } from "./same-key.ts";
import { slowClients } from "./slow-clients.ts";
import { stepPerCall } from "./step-per-call.ts";
import { strangeId } from "./strange-id.ts";

/** Every way to make a sample, by the kind that an experiment names. */
export const procedures: { readonly [Kind in ProcedureSpec["kind"]]: Procedure } = {
  "one-call": oneCall,
  "strange-id": strangeId,
  "same-key": sameKey,
  "at-once": atOnce,
  "half-way": halfWay,
  "again-after-crash": againAfterCrash,
  "slow-clients": slowClients,
  load,
  herd,
  "step-per-call": stepPerCall,
};
