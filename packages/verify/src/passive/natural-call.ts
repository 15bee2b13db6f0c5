import type { NaturalCall } from "./model.ts";

/** What differs from one natural call to the next. */
export type CallTold = Omit<
  NaturalCall,
  | "type"
  | "experiment"
  | "phase"
  | "index"
  | "horizonMs"
  | "error"
  | "effects"
  | "otherEffects"
  | "requests"
  | "log"
  | "spans"
  | "beside"
> & { readonly logLines: number };

/** A natural call from what was seen of it: nobody planned, watched or drove it. */
export function naturalCall({ logLines, ...told }: CallTold): NaturalCall {
  return {
    ...told,
    type: "call",
    experiment: "natural",
    phase: "sample",
    index: 0,
    horizonMs: 0,
    error: null,
    effects: [],
    otherEffects: [],
    requests: [],
    log: {
      type: "call-log",
      call: told.id,
      instance: "",
      lines: Math.max(1, logLines),
      linesWithId: logLines,
      excerpt: [],
    },
    spans: [],
  };
}
