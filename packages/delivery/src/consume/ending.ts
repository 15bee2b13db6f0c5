import type { LastWord } from "./give-up.ts";
import type { Known } from "./inbox.ts";

/** How an attempt ended that did not fail. */
export type Ending =
  /** It took effect. `wokeNext`: the message behind it was waiting, and is due now. */
  | { readonly kind: "handled"; readonly wokeNext: boolean }
  | { readonly kind: "duplicate"; readonly known: Known | "parked" }
  /** It waits for the one before it. `waitedMs` is set when that has lasted long enough to be reported. */
  | {
      readonly kind: "waiting";
      readonly missingSeq: number;
      readonly isNew: boolean;
      readonly waitedMs: number | null;
    }
  | { readonly kind: "given-up"; readonly word: LastWord };
