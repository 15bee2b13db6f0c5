import type { Fingerprint, Seen, TraitField } from "../../packages/verify/src/fingerprint/model.ts";
import type { Truth } from "./truth.ts";

/** How a part of a fingerprint does against the documented truth. */
export type Score = "right" | "wrong" | "unknown";

/** One part held against the truth. */
export interface Scored {
  readonly id: string;
  readonly part: string;
  readonly truth: string;
  readonly seen: string;
  readonly score: Score;
}

/** What verify watches at most: a timeout beyond it is rightly not seen. */
const watchMs = 19_000;

interface Evidence {
  readonly perAttemptMs?: number | null;
  readonly noHeader?: { readonly attempts?: number };
}
interface Documented {
  readonly verdict: "pass" | "fail" | "n/a";
  readonly kind?: string;
  readonly perFault?: Readonly<Record<string, string>>;
  readonly attempts?: Readonly<Record<string, number | null>>;
  readonly header?: string | null;
  readonly evidence?: Evidence;
}

/** Every part of which the truth is documented, by the primary method; the key by the contract that posts. */
export function scoresOf(truth: Truth, primary: Fingerprint, posting: Fingerprint): readonly Scored[] {
  const checks = truth.checks as Readonly<Record<string, Documented>>;
  const told = (part: string, known: string, seen: Seen | undefined, score: Score): Scored => {
    const shown =
      seen === undefined ? "nothing" : (seen.value ?? seen.possible ?? `≥ ${seen.atLeast ?? "?"}`);
    return { id: truth.id, part, truth: known, seen: String(shown).replaceAll(",", ", "), score };
  };
  const at = (field: TraitField, of: Fingerprint = primary) => of.traits.find((one) => one.field === field);
  return [
    attemptTimeout(checks["attemptTimeout"]?.evidence?.perAttemptMs ?? null, at("attemptTimeout"), told),
    attempts(checks["boundedAttempts"]?.attempts?.["503"] ?? null, at("retry.attempts"), told),
    ...failures(truth, primary),
    ...growth(checks["backoff"], at("retry.backoff.growth"), told),
    ...jitter(checks["jitter"], at("retry.backoff.jitter"), told),
    ...retryAfter(checks["honoursRetryAfter"]?.verdict ?? "n/a", at("retry.retryAfter"), told),
    key(checks["idempotencyKey"]?.header ?? null, at("idempotency.key", posting), told),
  ];
}

type Tell = (part: string, known: string, seen: Seen | undefined, score: Score) => Scored;

function attemptTimeout(knownMs: number | null, seen: Seen | undefined, told: Tell): Scored {
  const known = knownMs === null ? "never" : `${knownMs} ms`;
  const limitMs = knownMs ?? Number.POSITIVE_INFINITY;
  return told("attempt timeout", known, seen, timeoutScore(limitMs, seen));
}

function timeoutScore(limitMs: number, seen: Seen | undefined): Score {
  const value = seen?.value;
  if (typeof value === "number")
    return Math.abs(value - limitMs) <= Math.max(50, 0.05 * limitMs) ? "right" : "wrong";
  if (limitMs > watchMs) return "right";
  return (seen?.atLeast ?? 0) > limitMs * 1.05 ? "wrong" : "unknown";
}

function attempts(known: number | null, seen: Seen | undefined, told: Tell): Scored {
  const shown = known === null ? "without end" : String(known);
  if (typeof seen?.value === "number")
    return told("attempts", shown, seen, seen.value === known ? "right" : "wrong");
  const open = known === null || (seen?.atLeast ?? 0) <= known;
  return told("attempts", shown, seen, open ? "unknown" : "wrong");
}

/** Failures that the truth has tried once, as the status matrix has them. */
function failures(truth: Truth, { failures: seen }: Fingerprint): readonly Scored[] {
  const once = (truth.facts["retriedOnce"] ?? {}) as Readonly<Record<string, boolean>>;
  const checks = truth.checks as Readonly<Record<string, Documented>>;
  const known: Readonly<Record<string, boolean | undefined>> = {
    "400": checks["noRetry400"]?.verdict === "fail",
    ...once,
    "429": (checks["retries429"]?.evidence?.noHeader?.attempts ?? 1) > 1,
    "503": checks["retries503"]?.verdict === "pass",
    reset: checks["retriesReset"]?.verdict === "pass",
    ...(Number(checks["attemptTimeout"]?.evidence?.perAttemptMs ?? Number.POSITIVE_INFINITY) < watchMs / 2
      ? { hang: truth.facts["retriesOnTimeout"] === true }
      : {}),
  };
  return Object.entries(known).flatMap(([failure, again]): Scored[] => {
    const cell = seen.find((one) => one.failure === failure);
    const now = cell === undefined ? null : 2 * cell.retried > cell.calls;
    const score = now === null ? "unknown" : now === again ? "right" : "wrong";
    const word = (retried: boolean | null | undefined) =>
      retried === null ? "not tried" : retried ? "again" : "final";
    return [{ id: truth.id, part: `after ${failure}`, truth: word(again), seen: word(now), score }];
  });
}

function growth(documented: Documented | undefined, seen: Seen | undefined, told: Tell): readonly Scored[] {
  const known = documented?.perFault?.["503"] ?? documented?.kind ?? "n/a";
  if (known === "n/a") return [];
  const still = known === "constant" || known === "immediate";
  const fits = seen?.value === known || (seen?.value === "growing" && !still);
  const score = seen === undefined || seen.value === null ? "unknown" : fits ? "right" : "wrong";
  return [told("growth", known, seen, score)];
}

/**
 * Kinds by the distribution that they are: from one to two waits is equal jitter of two waits, and a share taken off or added either way is
 * proportional. What changes its kind on the way has no word.
 */
const sameJitter: readonly (readonly [RegExp, string])[] = [
  [/^proportional 1-2x$|^equal$/, "equal"],
  [/^symmetric|^subtractive/, "proportional"],
  [/^additive/, "additive"],
  [/Polly v2/, "polly-v2"],
  [/^(none|full)$/, "$&"],
];

function jitter(documented: Documented | undefined, seen: Seen | undefined, told: Tell): readonly Scored[] {
  const known = documented?.perFault?.["503"] ?? documented?.kind ?? "n/a";
  // A wait that is none has no jitter, and no field that says so.
  if (known === "n/a" || seen === undefined) return [];
  const [, word] = sameJitter.find(([pattern]) => pattern.test(known)) ?? [];
  const wanted = word === "$&" ? known : word;
  const { value, possible = [] } = seen;
  if (value !== null) return [told("jitter", known, seen, value === wanted ? "right" : "wrong")];
  const excluded = wanted !== undefined && possible.length > 0 && !possible.includes(wanted);
  return [told("jitter", known, seen, excluded ? "wrong" : "unknown")];
}

function retryAfter(known: "pass" | "fail" | "n/a", seen: Seen | undefined, told: Tell): readonly Scored[] {
  if (known === "n/a") return [];
  const { value = null } = seen ?? {};
  const fits =
    known === "pass" ? value === "kept" || value === "partly" : value === "ignored" || value === "partly";
  return [
    told(
      "Retry-After",
      known === "pass" ? "kept" : "ignored",
      seen,
      value === null ? "unknown" : fits ? "right" : "wrong",
    ),
  ];
}

function key(known: string | null, seen: Seen | undefined, told: Tell): Scored {
  const wanted = known === null ? "none" : known.replace(/^body:/, "/");
  return told(
    "key",
    wanted,
    seen,
    seen === undefined ? "unknown" : seen.value === wanted ? "right" : "wrong",
  );
}
