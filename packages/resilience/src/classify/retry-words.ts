import { invariant, type retryOnWords } from "@holdfast/core";
import type { Failure, FailureClass } from "../failure.ts";
import { failureOfStatus } from "./status.ts";

type Word = (typeof retryOnWords)[number];

/** The words of `retry.on`, ready for decisions: a bit for each word, statuses apart. */
export interface RetryOn {
  readonly words: number;
  readonly statuses: ReadonlySet<number>;
}

/** Words that are statuses have no bit. */
const bits: Readonly<Record<Exclude<Word, "429" | "503">, number>> = {
  "connect-failure": 1,
  refused: 2,
  reset: 4,
  timeout: 8,
  "5xx": 16,
  "gateway-error": 32,
  "retriable-4xx": 64,
  unsent: 128,
  ambiguous: 256,
  throttled: 512,
  unavailable: 1024,
};
const bitOf: ReadonlyMap<string, number> = new Map(Object.entries(bits));

/** Without `on`, all is sent again that may be: what was not executed, and what does no harm when it is executed twice. */
const safeWords: RetryOn = {
  words: bits.unsent | bits.ambiguous | bits.throttled | bits.unavailable,
  statuses: new Set(),
};

/** Prepares `retry.on`: words, or statuses as texts or numbers. */
export function compileOn(on: readonly (string | number)[] | undefined): RetryOn {
  if (on === undefined) return safeWords;
  let words = 0;
  const statuses = new Set<number>();
  for (const word of on.map(String)) {
    const bit = bitOf.get(word);
    invariant(bit !== undefined || /^[45]\d\d$/.test(word), `compileOn: ${word} is a word or a status`);
    if (bit === undefined) statuses.add(Number(word));
    else words |= bit;
  }
  return { words, statuses };
}

/**
 * Whether a failure may be sent again. What is ambiguous needs an idempotent call, whatever the words say; what is final is sent
 * again only where its very status is named. A caller's abort and our own refusals never are, nor what the provider forbids.
 */
export function retriable(failure: Failure, on: RetryOn, idempotent: boolean): boolean {
  if (failure.class === "aborted" || failure.class === "rejected") return false;
  if (failure.class === "ambiguous" && !idempotent) return false;
  if (failure.retryAfterMs === Number.POSITIVE_INFINITY) return false;
  if (failure.status !== undefined && on.statuses.has(failure.status)) return true;
  return (wordsFor(failure) & on.words) !== 0;
}

const classBits: Readonly<Record<FailureClass, number>> = {
  unsent: bits.unsent,
  ambiguous: bits.ambiguous,
  throttled: bits.throttled,
  unavailable: bits.unavailable,
  final: 0,
  aborted: 0,
  rejected: 0,
};

/** A connection that was refused did not come about either. */
const wordBits: Readonly<Record<NonNullable<Failure["word"]>, number>> = {
  "connect-failure": bits["connect-failure"],
  refused: bits["connect-failure"] | bits.refused,
  reset: bits.reset,
  timeout: bits.timeout,
};

function wordsFor(failure: Failure): number {
  const ofWord = failure.word === undefined ? 0 : wordBits[failure.word];
  // gRPC's name for it promises less than 503 does, but it is the word that people write.
  const ofCode = failure.code === "UNAVAILABLE" ? bits.unavailable : 0;
  return classBits[failure.class] | ofWord | ofCode | statusBits(failure.class, failure.status ?? 0);
}

/** 501 and 505 are final: `5xx` leaves them out, which a consumer may (see `optionalFailures` of verify). */
function statusBits(kind: FailureClass, status: number): number {
  if (status === 409) return bits["retriable-4xx"];
  if (status < 500 || kind === "final") return 0;
  if (status === 503) return bits["5xx"] | bits["gateway-error"] | bits.unavailable;
  return status === 502 || status === 504 ? bits["5xx"] | bits["gateway-error"] : bits["5xx"];
}

/** Words that can stand for an ambiguous failure. Where `idempotent` is false they ask for what will not be done. */
export const ambiguousWords = [
  "reset",
  "timeout",
  "5xx",
  "gateway-error",
  "ambiguous",
  "408",
  "500",
  "502",
  "504",
] as const;

/** Whether a word can stand for an ambiguous failure, any other status included. */
export function isAmbiguousWord(word: string | number): boolean {
  if (ambiguousWords.some((one) => one === String(word))) return true;
  return failureOfStatus(Number(word), null, () => 0)?.class === "ambiguous";
}
