import type { FailureClass } from "./classes/failure-class.ts";
import type { Entry } from "./entry.ts";
import { ownText } from "./own-text.ts";

/** A line that is kept until the end, where it may be quoted. */
export interface KeptLine {
  readonly file: number;
  readonly line: number;
  readonly atMs: number | null;
  readonly text: string;
}

const keptChars = 500;

/** Keeps a line, and not the chunk that it was cut from. */
export function keep({ file, line, atMs, text }: Entry): KeptLine {
  return { file, line, atMs, text: ownText(text, keptChars) };
}

interface Bucket {
  count: number;
  first: KeptLine;
}

const bucketsMax = 300;

/** Failures of one class that one service met at one dependency. */
export class FailureGroup {
  readonly service: string;
  readonly dependency: string | null;
  readonly class: FailureClass;
  /** Whether it is what was answered to a caller, be it the own failure of whoever answered or what became of another one. */
  readonly passedOn: boolean;
  lines = 0;
  explicitLines = 0;
  /** Calls that met this first, and failed in the end. */
  failedCalls = 0;
  /** Calls that met this first, and went well in the end. */
  recoveredCalls = 0;
  firstAtMs: number | null = null;
  lastAtMs: number | null = null;
  readonly operations: Set<string> = new Set();
  readonly samples: KeptLine[] = [];
  #widthMs = 1_000;
  #buckets = new Map<number, Bucket>();

  constructor(service: string, dependency: string | null, failureClass: FailureClass, passedOn = false) {
    this.service = service;
    this.dependency = dependency;
    this.class = failureClass;
    this.passedOn = passedOn;
  }

  add(entry: Entry, explicit: boolean): void {
    this.lines++;
    if (explicit) this.explicitLines++;
    if (this.samples.length < 3) this.samples.push(keep(entry));
    const { operation } = entry.told;
    if (operation !== null && this.operations.size < 20) this.operations.add(ownText(operation, 80));
    if (entry.atMs === null) return;
    this.firstAtMs = this.firstAtMs === null ? entry.atMs : Math.min(this.firstAtMs, entry.atMs);
    this.lastAtMs = this.lastAtMs === null ? entry.atMs : Math.max(this.lastAtMs, entry.atMs);
    this.#count(entry, entry.atMs);
  }

  /** Takes over what another group counted. */
  merge(other: FailureGroup): void {
    this.lines += other.lines;
    this.explicitLines += other.explicitLines;
    this.failedCalls += other.failedCalls;
    this.recoveredCalls += other.recoveredCalls;
    const at = [this.firstAtMs, other.firstAtMs].filter((one) => one !== null);
    const last = [this.lastAtMs, other.lastAtMs].filter((one) => one !== null);
    this.firstAtMs = at.length === 0 ? null : Math.min(...at);
    this.lastAtMs = last.length === 0 ? null : Math.max(...last);
    for (const one of other.operations) this.operations.add(one);
    for (const one of other.samples) if (this.samples.length < 3) this.samples.push(one);
    while (this.#widthMs < other.#widthMs) this.#widen();
    for (const { count, first } of other.#buckets.values())
      this.#into(Math.floor((first.atMs ?? 0) / this.#widthMs), first, count);
  }

  /** Where it began in earnest: the first moment with a fifth of the worst one's failures, so that a lone early one is no onset. */
  onset(): KeptLine | null {
    const buckets = [...this.#buckets.entries()].sort(([a], [b]) => a - b);
    const peak = Math.max(0, ...buckets.map(([, { count }]) => count));
    return buckets.find(([, { count }]) => count * 5 >= peak)?.[1].first ?? this.samples[0] ?? null;
  }

  /** How uneven it is over time: the worst moment against the mean of the whole span, from 1. */
  unevenness(spanMs: number): number {
    const counts = [...this.#buckets.values()].map(({ count }) => count);
    const moments = Math.max(counts.length, spanMs / this.#widthMs);
    const total = counts.reduce((sum, count) => sum + count, 0);
    return total === 0 ? 1 : Math.max(...counts) / (total / moments);
  }

  #count(entry: Entry, atMs: number): void {
    const at = Math.floor(atMs / this.#widthMs);
    const bucket = this.#buckets.get(at);
    if (bucket === undefined) this.#into(at, keep(entry), 1);
    else {
      bucket.count++;
      if (atMs < (bucket.first.atMs ?? 0)) bucket.first = keep(entry);
    }
  }

  #into(at: number, first: KeptLine, count: number): void {
    const bucket = this.#buckets.get(at);
    if (bucket === undefined) this.#buckets.set(at, { count, first });
    else {
      bucket.count += count;
      if ((first.atMs ?? 0) < (bucket.first.atMs ?? 0)) bucket.first = first;
    }
    while (this.#buckets.size > bucketsMax) this.#widen();
  }

  /** Longer logs are looked at less closely: what is kept stays the same. */
  #widen(): void {
    this.#widthMs *= 2;
    const before = this.#buckets;
    this.#buckets = new Map();
    for (const [at, { count, first }] of before) this.#into(Math.floor(at / 2), first, count);
  }
}
