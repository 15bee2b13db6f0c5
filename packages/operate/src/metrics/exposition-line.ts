/** A sample as its line tells it. */
export interface SampleLine {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** Why a line is no sample: half a sentence that follows "line 3". */
export interface LineProblem {
  readonly problem: string;
}

interface Braces {
  /** A name in quotes among the labels, as names are written that are not of the classic alphabet. */
  readonly name: string | null;
  readonly labels: ReadonlyMap<string, string>;
  /** Behind the closing brace. */
  readonly end: number;
}

const metricName = /[a-zA-Z_:][a-zA-Z0-9_:]*/y;
const labelName = /[a-zA-Z_][a-zA-Z0-9_]*/y;
const blanks = /[ \t]*/y;
const number = /^[+-]?(?:inf(?:inity)?|nan|(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)$/i;

/** Reads `name{a="b"} 1 1700000000 # {trace_id="…"} 0.5`; timestamp and exemplar are checked and left out. */
export function readSampleLine(line: string): SampleLine | LineProblem {
  const bare = take(metricName, line, 0);
  let at = skip(line, bare.length);
  let braces: Braces | null = null;
  if (line[at] === "{") {
    const read = readBraces(line, at + 1);
    if ("problem" in read) return read;
    braces = read;
    at = read.end;
  }
  const name = bare === "" ? (braces?.name ?? "") : bare;
  if (name === "") return { problem: "does not begin with the name of a metric" };
  if (bare !== "" && braces?.name != null) return { problem: "names its metric twice" };
  if (braces === null && at === bare.length) return { problem: "has no value" };
  const value = readValues(line.slice(at), true);
  if (typeof value !== "number") return value;
  return { name, labels: Object.fromEntries(braces?.labels ?? []), value };
}

/** Value, timestamp and, behind a `#`, an exemplar. */
function readValues(rest: string, exemplarAllowed: boolean): number | LineProblem {
  const hash = exemplarAllowed ? rest.indexOf("#") : -1;
  const [value, timestamp, ...more] = words(hash < 0 ? rest : rest.slice(0, hash));
  if (value === undefined) return { problem: "has no value" };
  if (!number.test(value)) return { problem: `has the value ${shown(value)}, which is no number` };
  if (timestamp !== undefined && !number.test(timestamp))
    return { problem: `has the timestamp ${shown(timestamp)}, which is no number` };
  if (more.length > 0) return { problem: `has ${shown(more.join(" "))} behind its timestamp` };
  if (hash < 0) return numberOf(value);
  const exemplar = readExemplar(rest, skip(rest, hash + 1));
  return typeof exemplar === "number" ? numberOf(value) : exemplar;
}

function readExemplar(rest: string, at: number): number | LineProblem {
  if (rest[at] !== "{") return { problem: "has a # behind its value and no exemplar" };
  const braces = readBraces(rest, at + 1);
  return "problem" in braces ? braces : readValues(rest.slice(braces.end), false);
}

/** Labels up to the closing brace; a comma may follow the last of them. */
function readBraces(line: string, from: number): Braces | LineProblem {
  const labels = new Map<string, string>();
  let name: string | null = null;
  let at = skip(line, from);
  while (line[at] !== "}") {
    const read = readLabel(line, at);
    if ("problem" in read) return read;
    if (read.value !== null) {
      if (labels.has(read.key)) return { problem: `has the label ${shown(read.key)} twice` };
      labels.set(read.key, read.value);
    } else if (name === null) name = read.key;
    else return { problem: "names its metric twice" };
    at = behindComma(line, read.end);
    if (at < 0) return { problem: `has neither a comma nor } at column ${skip(line, read.end) + 1}` };
  }
  return { name, labels, end: at + 1 };
}

/** Where the next label or the closing brace begins; below zero where neither may. */
function behindComma(line: string, end: number): number {
  const at = skip(line, end);
  if (line[at] === ",") return skip(line, at + 1);
  return line[at] === "}" ? at : -1;
}

interface Label {
  readonly key: string;
  /** `null` of a key in quotes that stands alone: the metric's name. */
  readonly value: string | null;
  readonly end: number;
}

function readLabel(line: string, at: number): Label | LineProblem {
  const key = readQuoted(line, at) ?? bareLabel(line, at);
  if (key === null) return { problem: `has no label at column ${at + 1}` };
  const next = skip(line, key.end);
  if (line[next] !== "=") {
    if (line[at] === '"') return { key: key.text, value: null, end: next };
    return { problem: `has a label ${shown(key.text)} without a value` };
  }
  const value = readQuoted(line, skip(line, next + 1));
  if (value === null) return { problem: `has a label ${shown(key.text)} whose value is not in quotes` };
  return { key: key.text, value: value.text, end: value.end };
}

interface Word {
  readonly text: string;
  readonly end: number;
}

function bareLabel(line: string, at: number): Word | null {
  const text = take(labelName, line, at);
  return text === "" ? null : { text, end: at + text.length };
}

/** A text in quotes. A backslash stands before itself, a quote and `n`; before anything else it means itself, as for Prometheus. */
function readQuoted(line: string, at: number): Word | null {
  if (line[at] !== '"') return null;
  let text = "";
  let plainFrom = at + 1;
  for (let end = plainFrom; end < line.length; end++) {
    if (line[end] === '"') return { text: text + line.slice(plainFrom, end), end: end + 1 };
    if (line[end] !== "\\") continue;
    const escaped = escapes[line[end + 1] ?? ""];
    if (escaped !== undefined) {
      text += line.slice(plainFrom, end) + escaped;
      plainFrom = end + 2;
    }
    end++;
  }
  return null;
}

const escapes: Readonly<Record<string, string>> = { "\\": "\\", '"': '"', n: "\n" };

function words(text: string): readonly string[] {
  return text.split(/[ \t]+/).filter((word) => word !== "");
}

function numberOf(text: string): number {
  const infinite = /^([+-]?)inf/i.exec(text);
  return infinite === null ? Number(text) : infinite[1] === "-" ? -Infinity : Infinity;
}

function take(pattern: RegExp, line: string, at: number): string {
  pattern.lastIndex = at;
  return pattern.exec(line)?.[0] ?? "";
}

function skip(line: string, at: number): number {
  return at + take(blanks, line, at).length;
}

/** A text that came from elsewhere, in quotes and at most forty characters of it. */
export function shown(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 39)}…` : text);
}
