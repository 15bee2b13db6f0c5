import { breakerModes, formatDuration, jitterKinds } from "@holdfast/core";
import type { Fingerprint, Trait, TraitField, TraitValue } from "../fingerprint/model.ts";
import {
  declaredText,
  fingerprintName,
  rangeText,
  seenText,
  standingWords,
} from "../fingerprint/trait-text.ts";
import type { Checklist } from "./model.ts";
import { oneLine } from "./text.ts";

/**
 * `fingerprint.yaml`: the inferred policies in contract form, each number with its interval and how it stands beside the declared one. One
 * document for each target; what has no word in a contract, or was not seen, stands there as a comment.
 */
export function renderFingerprint(checklist: Checklist): string {
  const all = checklist.fingerprint ?? [];
  const head = [
    `# What the policies of ${oneLine(checklist.service)} look like from outside: inferred from run ${checklist.run}, not declared by anybody.`,
    "# holdfast diff compares runs by it, and a run with its contract.",
  ];
  if (all.length === 0) return `${[...head, "# Nothing could be inferred in this run."].join("\n")}\n`;
  const documents = all.map((one) =>
    [`# ${oneLine(fingerprintName(one, all))}`, ...documentOf(one)].join("\n"),
  );
  return `${head.join("\n")}\n${documents.join("\n---\n")}\n`;
}

/** A line of the document, with what is to be said about it. */
interface Line {
  readonly text: string;
  readonly comment?: string;
  readonly depth?: number;
}

function documentOf({ integration, operation, traits }: Fingerprint): readonly string[] {
  const at: TraitAt = (field) => traits.find((one) => one.field === field);
  const policy = [
    ...leaf("connectTimeout", noMoreThan(at("connectTimeout"), at("attemptTimeout"), at("deadline"))),
    ...leaf("attemptTimeout", at("attemptTimeout")),
    ...leaf("deadline", noLessThan(at("deadline"), at("attemptTimeout"))),
    ...group("retry", retryLines(at)),
    ...group("budget", leaf("ratio", at("budget.ratio"))),
    ...group("breaker", breakerLines(at)),
  ];
  return [
    { text: "integrations:" },
    ...indented([
      { text: `${quoted(integration)}:` },
      ...indented([...keyLines(operation, at("idempotency.key")), ...group("policy", policy)]),
    ]),
  ].map(rendered);
}

type TraitAt = (field: TraitField) => Trait | undefined;

function keyLines(operation: string, key: Trait | undefined): readonly Line[] {
  if (key === undefined) return [];
  if (typeof key.value !== "string" || key.value === "none") return [{ text: "", comment: remark(key) }];
  const text = `idempotency: { key: ${quoted(key.value)} }`;
  return group("operations", group(quoted(operation), [{ text, comment: remark(key) }]));
}

function retryLines(at: TraitAt): readonly Line[] {
  const [base, kept] = [at("retry.backoff.base"), at("retry.retryAfter")];
  return [
    ...leaf("attempts", at("retry.attempts")),
    ...leaf("on", at("retry.on")),
    ...group("backoff", [
      ...leaf("growth", at("retry.backoff.growth")),
      ...leaf("base", base),
      ...leaf("factor", at("retry.backoff.factor")),
      ...leaf("cap", noLessThan(at("retry.backoff.cap"), base)),
      ...leaf("jitter", at("retry.backoff.jitter")),
    ]),
    ...retryAfterLines(kept, at("retry.retryAfter.cap")),
  ];
}

function breakerLines(at: TraitAt): readonly Line[] {
  return [
    ...leaf("mode", at("breaker.mode")),
    ...leaf("failures", at("breaker.failures")),
    ...group("open", leaf("base", at("breaker.open.base"))),
    ...leaf("probes", at("breaker.probes")),
  ];
}

/** Heeding is a mapping in contracts, which may say how long at most; any other answer is a remark. */
function retryAfterLines(kept: Trait | undefined, cap: Trait | undefined): readonly Line[] {
  if (kept?.value !== "kept") return leaf("retryAfter", kept);
  const known = cap === undefined ? null : contractValue(cap);
  const text = `retryAfter: ${known === null ? "{}" : `{ cap: ${known} }`}`;
  const open =
    cap === undefined
      ? []
      : [{ text: "", comment: `${known === null ? `cap: ${seenText(cap)}; ` : ""}${remark(cap)}` }];
  return [{ text, comment: remark(kept) }, ...indented(open)];
}

/** Two times that are one and the same limit are measured with a little between them, which a contract does not allow. */
function noLessThan(trait: Trait | undefined, least: Trait | undefined): Trait | undefined {
  if (typeof trait?.value !== "number" || typeof least?.value !== "number") return trait;
  return { ...trait, value: Math.max(trait.value, least.value) };
}

/** A part of an attempt that is seen to last longer than one: a contract has no word for two timers that do not know each other. */
function noMoreThan(part: Trait | undefined, ...wholes: readonly (Trait | undefined)[]): Trait | undefined {
  const longer = wholes.some((one) => typeof one?.value === "number" && Number(part?.value) > one.value);
  if (part === undefined || part.value === null || !longer) return part;
  return {
    ...part,
    value: null,
    atLeast: Number(part.value),
    note: `${part.note}, longer than what it is a part of`,
  };
}

/** A field with its value; a comment alone where the contract has no word for what was seen, or nothing was. */
function leaf(name: string, trait: Trait | undefined): readonly Line[] {
  if (trait === undefined) return [];
  const value = contractValue(trait);
  if (value !== null) return [{ text: `${name}: ${value}`, comment: remark(trait) }];
  return [{ text: "", comment: `${name}: ${seenText(trait)}; ${remark(trait)}` }];
}

/** A mapping, or its comments alone where it would hold nothing. */
function group(name: string, lines: readonly Line[]): readonly Line[] {
  return lines.some(({ text }) => text !== "") ? [{ text: `${name}:` }, ...indented(lines)] : lines;
}

function indented(lines: readonly Line[]): readonly Line[] {
  return lines.map((line) => ({ ...line, depth: (line.depth ?? 0) + 1 }));
}

/** The value as the contract writes it; `null` where it has no word for it. */
function contractValue({ field, value }: Trait): string | null {
  if (value === null) return null;
  switch (field) {
    case "retry.attempts":
      return countText(value, 100);
    case "breaker.probes":
      return countText(value, 1_000);
    case "retry.on":
      return `[${(value as readonly string[]).join(", ")}]`;
    case "retry.backoff.factor":
      return String(Math.min(100, Math.max(1, Number(value))));
    case "budget.ratio":
      return Number(value) > 0 && Number(value) <= 1 ? String(value) : null;
    case "retry.backoff.jitter":
      return wordIn(jitterKinds, value);
    case "breaker.mode":
      return wordIn(breakerModes, value);
    case "retry.retryAfter":
    case "retry.backoff.growth":
    case "breaker.failures":
    case "idempotency.key":
      return null;
    default:
      return timeText(Number(value), field);
  }
}

function countText(value: TraitValue, most: number): string | null {
  return Number.isInteger(value) && Number(value) >= 1 && Number(value) <= most ? String(value) : null;
}

function wordIn(words: readonly string[], value: TraitValue): string | null {
  return words.find((word) => word === value) ?? null;
}

/** A limit is a whole number of milliseconds, and one at least; a wait may be none. */
function timeText(value: number, field: TraitField): string {
  const isWait = field === "retry.backoff.base" || field === "retry.backoff.cap";
  return formatDuration(Math.max(isWait ? 0 : 1, Math.round(value)));
}

/** `798 ms to 811 ms, 15 samples of hang-forever; declared 800ms: agrees`. */
function remark(trait: Trait): string {
  const range = rangeText(trait);
  const rests = `${trait.note}; n ${trait.samples}, ${shortList(trait.experiments)}`;
  const beside =
    trait.declared === null
      ? ""
      : `; declared ${declaredText(trait.field, trait.declared)}: ${standingWords[trait.standing]}`;
  return `${range === "" ? "" : `${range}; `}${rests}${beside}`;
}

function shortList(names: readonly string[]): string {
  const [first = "nothing", ...others] = names;
  return others.length < 2 ? names.join(" and ") : `${first} and ${others.length} more`;
}

/** A name as YAML takes it without a second thought. */
function quoted(name: string): string {
  return /^[A-Za-z][\w.-]*$/.test(name) && !/^(true|false|null|yes|no|on|off|y|n)$/i.test(name)
    ? name
    : JSON.stringify(name);
}

function rendered({ text, comment, depth = 0 }: Line): string {
  const indent = "  ".repeat(depth);
  const remarked = comment === undefined ? "" : `# ${oneLine(comment)}`;
  return `${indent}${[text, remarked].filter((part) => part !== "").join(" ")}`.trimEnd();
}
