import { type KeptLine, keep } from "../failure-group.ts";
import type { Finder } from "../finding.ts";
import { requestScopes } from "../request-scopes.ts";

const failuresMin = 5;
const shareMin = 0.2;
const wellFormed = /^(?:[0-9a-f]{2}-)?(?!0{32})[0-9a-f]{32}/;

function isMalformed(trace: string | null): boolean {
  return trace !== null && trace.length >= 16 && !wellFormed.test(trace);
}

/** Failures that belong to no call: whoever reads the log cannot tell whom they hit. */
export const brokenCorrelation: Finder = {
  id: "broken-correlation",
  question: "Can each failure be tied to the call that it belongs to?",
  guide: "correlation",
  watch: () => {
    let failures = 0;
    let without = 0;
    let malformed = 0;
    const lines: KeptLine[] = [];
    const bad: KeptLine[] = [];
    const scopes = requestScopes();
    return {
      entry: ({ entry, sign }) => {
        scopes.see(entry);
        if (sign.kind === "nothing") return;
        if (isMalformed(entry.told.trace) && malformed++ < 2) bad.push(keep(entry));
        if (sign.kind !== "failure") return;
        failures++;
        if (entry.call !== null) return;
        without++;
        if (lines.length < 2) lines.push(keep(entry));
      },
      end: () => [
        ...(failures >= failuresMin && without / failures >= shareMin
          ? [
              {
                certainty: "certain" as const,
                says: `${without} of ${failures} failures name neither a trace nor a request`,
                next: "Log trace_id and span_id on every line of a request, those of events included.",
                lines,
              },
            ]
          : []),
        ...(malformed === 0
          ? []
          : [
              {
                certainty: "certain" as const,
                says: `${malformed} lines have an id of a trace that is none (32 hexadecimal digits in lower case, not all zero)`,
                next: "Read traceparent by the rules of W3C and begin a new trace where it is broken.",
                lines: bad,
              },
            ]),
        ...scopes.end(),
      ],
    };
  },
};
