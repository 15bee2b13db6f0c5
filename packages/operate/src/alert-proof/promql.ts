import type { Matcher } from "../metrics/selector.ts";
import { readQuery } from "../runbooks/promql-metrics.ts";
import type { SeriesReading } from "./model.ts";

const units: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
  y: 31_536_000_000,
};

/** A duration as Prometheus writes it, `1h30m`; `null` for anything else. */
export function promDurationMs(text: string): number | null {
  if (text === "0") return 0;
  if (!/^(?:\d+(?:ms|[smhdwy]))+$/.test(text)) return null;
  const parts = [...text.matchAll(/(\d+)(ms|[smhdwy])/g)];
  return parts.reduce((sum, [, count = "", unit = ""]) => sum + Number(count) * (units[unit] ?? 0), 0);
}

/** What an expression looks at. */
export interface QueryShape {
  /** Each metric with its conditions; a metric without braces has none, and conditions without a metric are about any. */
  readonly reads: readonly SeriesReading[];
  /** Every range and offset that it looks back over. */
  readonly rangesMs: readonly number[];
  /** Whether brackets and quotes are closed and every range is a duration. */
  readonly readable: boolean;
}

/** A metric with braces, or braces alone. */
const selectors = /([a-zA-Z_:][\w:]*)?\s*\{([^{}]*)\}/g;

/** Reads an expression of PromQL as far as it is needed here: which series, and over how long. */
export function readShape(expr: string): QueryShape {
  const { closed } = readQuery(expr);
  const { text, strings } = withoutStrings(expr);
  const selected = [...text.matchAll(selectors)].flatMap(([, name = "", body = ""]) =>
    readingOf(name, body, strings),
  );
  const { metrics } = readQuery(text.replaceAll(selectors, " 0 "));
  const bare = metrics.map((metric) => ({ metric, matchers: [] }));
  const written = [
    ...[...text.matchAll(/\[\s*([^\]:\s]+)\s*(?::[^\]]*)?\]/g)].map(([, range = ""]) => range),
    ...[...text.matchAll(/\boffset\s+-?\s*(\w+)/gi)].map(([, range = ""]) => range),
  ];
  const rangesMs = written.map(promDurationMs);
  return {
    reads: [...selected, ...bare],
    rangesMs: rangesMs.filter((ms) => ms !== null),
    readable: closed && rangesMs.every((ms) => ms !== null),
  };
}

/** Words that may stand before a brace and are no metrics. */
const operators = new Set(["and", "or", "unless", "atan2", "bool"]);

/** The metric and its conditions; one that is named by `__name__` counts as named, and one that nobody names is empty. */
function readingOf(name: string, body: string, strings: readonly string[]): readonly SeriesReading[] {
  const all = [...body.matchAll(/([A-Za-z_]\w*)\s*(=~|!~|!=|=)\s*"(\d+)"/g)].map(
    ([, label = "", is = "=", index = ""]): Matcher => ({
      label,
      is: is as Matcher["is"],
      value: strings[Number(index)] ?? "",
    }),
  );
  const own = all.find(({ label, is }) => label === "__name__" && is === "=");
  const isNamed = name !== "" && !operators.has(name.toLowerCase());
  const metric = isNamed ? name : (own?.value ?? "");
  return [{ metric, matchers: all.filter(({ label }) => label !== "__name__") }];
}

/** The text with its number in place of every quoted text, comments left out. */
function withoutStrings(expr: string): { readonly text: string; readonly strings: readonly string[] } {
  const strings: string[] = [];
  const text = expr.replaceAll(
    /"((?:[^"\\\n]|\\.)*)"|'((?:[^'\\\n]|\\.)*)'|`([^`]*)`|#[^\n]*/g,
    (_, double?: string, single?: string, raw?: string) => {
      const quoted = double ?? single;
      if (quoted === undefined && raw === undefined) return "";
      strings.push(raw ?? unescaped(quoted ?? ""));
      return `"${strings.length - 1}"`;
    },
  );
  return { text, strings };
}

function unescaped(text: string): string {
  return text.replaceAll(/\\(.)/g, (_, sign: string) => (sign === "n" ? "\n" : sign));
}

/** Whether a series has what its reader asks of it; expressions that JavaScript cannot read accept everything. */
export function accepts(matchers: readonly Matcher[], labels: Readonly<Record<string, string>>): boolean {
  return matchers.every(({ label, is, value }) => {
    const own = Object.hasOwn(labels, label) ? (labels[label] ?? "") : "";
    if (is === "=") return own === value;
    if (is === "!=") return own !== value;
    const whole = wholly(value);
    return whole === null || whole.test(own) === (is === "=~");
  });
}

/** RE2 anchors at both ends; what it knows and JavaScript does not is `null`. */
function wholly(value: string): RegExp | null {
  try {
    return new RegExp(`^(?:${value})$`, "s");
  } catch {
    return null;
  }
}
