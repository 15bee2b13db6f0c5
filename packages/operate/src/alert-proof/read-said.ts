import type { Texts } from "../rules/rule.ts";
import type { FiringMoment, RuleProblem } from "./model.ts";
import { promDurationMs } from "./promql.ts";
import { invalidRule } from "./rule-file.ts";

/** What a query answered at one time: a value by the labels of its series. */
export interface Answer {
  readonly atMs: number;
  readonly values: Readonly<Record<string, number>>;
  /** Why Prometheus cannot answer it; `null` where it did. */
  readonly error: string | null;
}

/** What promtool said about tests in which nothing was expected. */
export interface SaidOfTests {
  /** By the name of the test. */
  readonly firing: ReadonlyMap<string, readonly FiringMoment[]>;
  /** By the text of the query, its mark included. */
  readonly answers: ReadonlyMap<string, readonly Answer[]>;
  /** Lines that belong to nothing of that kind, such as an error of a whole file. */
  readonly other: readonly string[];
}

/** Reads the failures that `promtool test rules` writes, from 2.42 on. */
export function readSaid(text: string): SaidOfTests {
  const reader = new FailureReader();
  for (const line of text.split("\n")) reader.take(line);
  return reader;
}

/** Frames around what was expected and got; they say nothing by themselves. */
const frames = /^\s*(?:exp: ?.*|exp:\[\],?|got:\[|\d+:|\]|FAILED:|SUCCESS|Unit Testing: .*|)\s*$/;

/** Lines come as `name`, `alertname`, then `Labels` and `Annotations` of each that fires; or `expr` and what it got. */
class FailureReader implements SaidOfTests {
  readonly firing: Map<string, FiringMoment[]> = new Map();
  readonly answers: Map<string, Answer[]> = new Map();
  readonly other: string[] = [];
  #test = "";
  #alert = { name: "", atMs: 0 };
  #labels: Texts = {};
  #query = { text: "", atMs: 0 };
  readonly #readers: readonly (readonly [RegExp, (first: string, second: string, third: string) => void])[] =
    [
      [/^\s+name: (.*),$/, (name) => this.#begin(name)],
      [/^\s+alertname: (.*), time: (\w+),\s*$/, (name, at) => this.#alertIs(name, at)],
      [/^\s+Labels:(\{.*\})$/, (set) => this.#labelsAre(set)],
      [/^\s+Annotations:(\{.*\}),?$/, (set) => this.#fires(set)],
      [
        /^\s+expr: ("(?:[^"\\]|\\.)*"), time: (\w+), err: (.*)$/,
        (expr, at, error) => push(this.answers, unquoted(expr), { atMs: msOf(at), values: {}, error }),
      ],
      [/^\s+expr: ("(?:[^"\\]|\\.)*"), time: (\w+),\s*$/, (expr, at) => this.#asks(expr, at)],
      [/^\s{8}got: (.*)$/, (got) => this.#answered(got)],
      [frames, () => {}],
    ];

  take(line: string): void {
    const found = this.#readers.find(([pattern]) => pattern.test(line));
    if (found === undefined) {
      this.other.push(line.trim());
      return;
    }
    const [, first = "", second = "", third = ""] = found[0].exec(line) ?? [];
    found[1](first, second, third);
  }

  #begin(name: string): void {
    this.#test = name;
  }

  #alertIs(name: string, at: string): void {
    this.#alert = { name, atMs: msOf(at) };
  }

  #labelsAre(set: string): void {
    this.#labels = textsIn(set);
  }

  #fires(set: string): void {
    const { name, atMs } = this.#alert;
    const told = { alert: name, atMs, labels: this.#labels, annotations: textsIn(set) };
    push(this.firing, this.#test, told);
  }

  #asks(expr: string, at: string): void {
    this.#query = { text: unquoted(expr), atMs: msOf(at) };
  }

  #answered(got: string): void {
    push(this.answers, this.#query.text, { atMs: this.#query.atMs, values: valuesIn(got), error: null });
  }
}

/** What is wrong with the rules of files, as `promtool check rules` tells it. */
export function readRuleErrors(text: string, fileOf: (path: string) => string): readonly RuleProblem[] {
  return text.split("\n").flatMap((line) => {
    const [, path, rule = null, says = ""] =
      /^(\S+): (?:\d+:\d+: )?group "[^"]*", rule \d+, "([^"]*)": (.*)$/.exec(line) ??
      /^(\S+\.yml): ()(.*)$/.exec(line) ??
      [];
    if (path === undefined) return [];
    return [invalidRule(fileOf(path), rule === "" ? null : rule, says)];
  });
}

function push<T>(into: Map<string, T[]>, key: string, value: T): void {
  const known = into.get(key);
  if (known === undefined) into.set(key, [value]);
  else known.push(value);
}

function msOf(text: string): number {
  return promDurationMs(text) ?? 0;
}

/** `{a="b", c="d"}` as texts. */
function textsIn(set: string): Texts {
  const pairs = [...set.matchAll(/([A-Za-z_]\w*)=("(?:[^"\\]|\\.)*")/g)];
  return Object.fromEntries(pairs.map(([, name = "", quoted = ""]) => [name, unquoted(quoted)]));
}

/** `{a="b"} 1E+00, {} +Inf`, or `nil`. */
function valuesIn(got: string): Readonly<Record<string, number>> {
  const found = [...got.matchAll(/((?:[A-Za-z_:][\w:]*)?\{(?:[^"{}]|"(?:[^"\\]|\\.)*")*\}) ([^\s,]+)/g)];
  return Object.fromEntries(found.map(([, labels = "", value = ""]) => [labels, numberOf(value)]));
}

function numberOf(text: string): number {
  if (/^[+-]?Inf$/.test(text)) return text.startsWith("-") ? -Infinity : Infinity;
  return Number(text);
}

/** A text as Go quotes it. */
function unquoted(quoted: string): string {
  const json = quoted
    .replaceAll(/\\x([0-9a-f]{2})/g, "\\u00$1")
    .replaceAll(/\\a/g, "\\u0007")
    .replaceAll(/\\v/g, "\\u000b");
  try {
    return JSON.parse(json) as string;
  } catch {
    return quoted.slice(1, -1);
  }
}
