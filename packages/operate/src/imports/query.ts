import type { Indicator } from "../slo/objective.ts";

const placeholder = /\{\{\s*\.window\s*\}\}/g;
/** A metric with its matchers, alone or in a sum. */
const metric =
  /^(?:sum\s*\(\s*)?([a-zA-Z_:][a-zA-Z0-9_:]*(?:\s*\{(?:[^"{}]|"(?:[^"\\]|\\.)*")*\})?)\s*(\)?)$/;

/** A query with `{{.window}}` as events per second over a window. */
export function windowed(query: string): string | null {
  const filled = query.trim().replaceAll(placeholder, "{{window}}");
  return filled.includes("{{window}}") ? filled : null;
}

/** A query of a counter, or one with `{{.window}}`, as events per second; `null` where neither is what it is. */
export function perSecond(query: string): string | null {
  const already = windowed(query);
  if (already !== null) return already;
  const [whole, name = "", closes = ""] = metric.exec(query.trim()) ?? [];
  if (whole === undefined || whole.startsWith("sum") !== (closes === ")")) return null;
  return `sum(rate(${name}[{{window}}]))`;
}

/** The indicator of somebody's own queries, each in events per second. Of a test that would feed them nothing is known. */
export function queriedIndicator(
  total: string,
  of: { readonly bad: string } | { readonly good: string },
): Indicator {
  const now = total.replaceAll("{{window}}", "5m");
  return {
    total,
    // A query of failures that finds none is zero; one of successes that finds none tells nothing.
    bad: "bad" in of ? `(${of.bad}) or vector(0)` : `(${total}) - (${of.good})`,
    presence: now,
    needs: [{ what: "events of its query", expression: now }],
    feed: null,
  };
}
