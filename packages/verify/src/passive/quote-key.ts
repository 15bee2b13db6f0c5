import { keyOf } from "../attempts.ts";
import type { Citation } from "../model.ts";
import type { TrafficView } from "./model.ts";

/** What a report shows of a line on 80 columns, and so much of its beginning where the key stands behind that. */
const shownChars = 66;
const headChars = 20;
/** Shown of what stands before the key. */
const beforeChars = 6;

/** The quoted line with its key in view: its beginning, and the line from the key on. */
export function quoteKey(quoted: string, key: string): string {
  const at = quoted.indexOf(key);
  if (at < 0 || at + key.length <= shownChars) return quoted;
  return `${quoted.slice(0, headChars)}… ${quoted.slice(Math.max(0, at - beforeChars))}`.toWellFormed();
}

/** The idempotency keys of the attempts that are cited, by the names of their lines. */
export function keysOf({ call, exchanges }: Citation, { calls, target }: TrafficView): Map<string, string> {
  const attempts = calls.find(({ id }) => id === call)?.attempts ?? [];
  return new Map(
    attempts.flatMap((one) => {
      const key = exchanges.includes(one.id) ? keyOf(one, target.operation) : null;
      return key === null ? [] : [[one.id, key.value] as const];
    }),
  );
}
