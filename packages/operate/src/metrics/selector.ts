import { CodedError } from "@holdfast/core";

/** One condition on a label: `policy=~"payments.*"`. */
export interface Matcher {
  readonly label: string;
  readonly is: "=" | "!=" | "=~" | "!~";
  readonly value: string;
}

/** A value that matches exactly. */
export function equal(label: string, value: string): Matcher {
  return { label, is: "=", value };
}

/** A selector of PromQL: `metric{a="b"}`. */
export function selector(metric: string, matchers: readonly Matcher[]): string {
  if (matchers.length === 0) return metric;
  return `${metric}{${matchers.map(({ label, is, value }) => `${label}${is}${quote(value)}`).join(", ")}}`;
}

/** A text as PromQL quotes it. */
export function quote(value: string): string {
  return `"${value.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n")}"`;
}

/** A text as a regular expression that matches nothing else. RE2 knows no escapes of characters that need none. */
export function literal(value: string): string {
  return value.replaceAll(/[\\^$.*+?()[\]{}|]/g, "\\$&");
}

const matcherPattern = /^\s*([a-zA-Z_][a-zA-Z0-9_]*)\s*(=~|!~|!=|=)\s*"((?:[^"\\\n]|\\.)*)"\s*(?:,|$)/;

/** Reads `job="checkout", env=~"prod|stage"`; throws `USAGE` on anything else, so that no selector is ever put together wrong. */
export function readMatchers(text: string): readonly Matcher[] {
  const matchers: Matcher[] = [];
  let rest = text;
  while (rest.trim() !== "") {
    const [whole, label = "", is = "=", value = ""] = matcherPattern.exec(rest) ?? [];
    if (whole === undefined) throw badMatchers(text);
    matchers.push({ label, is: is as Matcher["is"], value: unquote(value) });
    rest = rest.slice(whole.length);
  }
  return matchers;
}

function unquote(value: string): string {
  return value.replaceAll(/\\(.)/g, (_, escaped: string) => (escaped === "n" ? "\n" : escaped));
}

function badMatchers(text: string): CodedError {
  return new CodedError("USAGE", `${JSON.stringify(text)} is no list of label matchers`, {
    remedy: 'Write them as PromQL does, such as job="checkout", env=~"prod|stage".',
  });
}

/** A series that a matcher accepts, for tests: its value, or the first of the words that its expression lists. */
export function sampleLabels(matchers: readonly Matcher[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    matchers
      .filter(({ is }) => is === "=" || is === "=~")
      .map(({ label, is, value }) => [label, is === "=" ? value : sampleOf(value)]),
  );
}

/** A text that a simple regular expression matches: its first alternative without what is optional. */
function sampleOf(expression: string): string {
  const plain = expression
    .replaceAll(/\((?:[^()\\]|\\.)*\)[?*]/g, "")
    .replaceAll(/\(([^()|]*)\|[^()]*\)/g, "$1")
    .replaceAll(/\.[*+]/g, "x");
  const [first = ""] = plain.split("|");
  return first.replaceAll(/\[(\\?.)[^\]]*\]/g, "$1").replaceAll(/\\(.)/g, "$1");
}

/** A series as promtool writes one. */
export function series(metric: string, labels: Readonly<Record<string, string>>): string {
  return selector(
    metric,
    Object.entries(labels).map(([label, value]) => equal(label, value)),
  );
}
