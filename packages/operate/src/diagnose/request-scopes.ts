import type { Entry } from "./entry.ts";
import { type KeptLine, keep } from "./failure-group.ts";
import type { Finding } from "./finding.ts";

const linesMin = 5;
const shareMin = 0.2;

/** What is known of one file: the call of the latest line that names one, and the lines since that name none. */
interface Scope {
  call: string | null;
  pending: number;
  first: KeptLine | null;
}

/**
 * Finds lines without an id inside of a request: they stand between two lines of one call, with no line of another call in between. Such
 * a line may by chance be of something else; many of them are not.
 */
export function requestScopes(): {
  see(entry: Entry): void;
  end(): readonly Omit<Finding, "finder">[];
} {
  const scopes = new Map<number, Scope>();
  const lines: KeptLine[] = [];
  let inside = 0;
  let without = 0;

  function close(scope: Scope, call: string): void {
    if (scope.call === call) {
      inside += 1 + scope.pending;
      without += scope.pending;
      if (scope.first !== null && lines.length < 2) lines.push(scope.first);
    }
    scope.call = call;
    scope.pending = 0;
    scope.first = null;
  }

  return {
    see(entry) {
      if (entry.format === "span") return;
      let scope = scopes.get(entry.file);
      if (scope === undefined) {
        scope = { call: null, pending: 0, first: null };
        scopes.set(entry.file, scope);
      }
      if (entry.call !== null) close(scope, entry.call);
      else if (scope.call !== null) {
        scope.pending++;
        if (lines.length < 2) scope.first ??= keep(entry);
      }
    },
    end: () =>
      without < linesMin || without / inside < shareMin
        ? []
        : [
            {
              certainty: "likely",
              says: `${without} of ${inside} lines inside of requests name neither a trace nor a request`,
              next: "Give the logger the context of the request, so that every line of it carries trace_id: contextFields() of @holdfast/resilience/logs, or the instrumentation of the logger.",
              lines,
            },
          ],
  };
}
