import type { Attempt, Target } from "../model.ts";
import type { FailureKind, NaturalCall } from "./model.ts";
import { bareAttempt, failureAt } from "./natural-attempt.ts";
import { naturalCall } from "./natural-call.ts";

const blockBytes = 256 * 1024;

interface Place {
  readonly block: Buffer;
  readonly from: number;
  readonly to: number;
}

/**
 * Calls that are kept until all was read, as bytes beside the heap: as objects, kept calls lie scattered among those that pass, so that no page
 * of the heap is ever free.
 */
export class PackedCalls {
  readonly #target: Target;
  #places: Place[] = [];
  #block: Buffer = Buffer.alloc(0);
  #used = 0;

  constructor(target: Target) {
    this.#target = target;
  }

  get size(): number {
    return this.#places.length;
  }

  add(call: NaturalCall): void {
    this.#put(Buffer.from(JSON.stringify(packed(call))));
  }

  /** Lets go of all calls but those for whose place, from 0, `keeps` is true. */
  filter(keeps: (at: number) => boolean): void {
    const places = this.#places;
    this.#places = [];
    this.#block = Buffer.alloc(0);
    this.#used = 0;
    for (const [at, { block, from, to }] of places.entries())
      if (keeps(at)) this.#put(block.subarray(from, to));
  }

  /** All of them as they were added; made anew each time. */
  unpacked(): NaturalCall[] {
    return this.#places.map(({ block, from, to }) =>
      unpacked(JSON.parse(block.toString("utf8", from, to)), this.#target),
    );
  }

  #put(bytes: Buffer): void {
    if (this.#used + bytes.length > this.#block.length) {
      this.#block = Buffer.allocUnsafeSlow(Math.max(blockBytes, bytes.length));
      this.#used = 0;
    }
    const from = this.#used;
    bytes.copy(this.#block, from);
    this.#used += bytes.length;
    this.#places.push({ block: this.#block, from, to: this.#used });
  }
}

/** What differs from one attempt to the next; the rest is as `bareAttempt` makes it. */
function packedAttempt({ id, arrivedMs, request, faultCompleteMs, response, consumerClosed }: Attempt) {
  const { method, target, headers } = request;
  const answer =
    response === null
      ? null
      : ([response.status, response.headers, response.firstByteMs, response.completeMs] as const);
  return [
    id,
    arrivedMs,
    method,
    target,
    headers,
    faultCompleteMs,
    answer,
    consumerClosed?.atMs ?? null,
  ] as const;
}

/** What differs from one call to the next. */
function packed(call: NaturalCall) {
  const { id, instance, startedMs, endedMs, outcome, watchedUntilMs, status, log } = call;
  return [
    [id, instance, startedMs, endedMs, outcome, watchedUntilMs, status, log?.linesWithId ?? 0],
    [call.traceId, call.correlation, call.traceparent ?? null],
    [call.source, call.callerSeen, call.tiedByRequest, call.caller],
    call.kinds,
    call.attempts.map(packedAttempt),
    call.spots.map(({ file, line, text }) => [file, line, text] as const),
  ] as const;
}

function unpacked(
  [told, ids, tied, kinds, attempts, spots]: ReturnType<typeof packed>,
  target: Target,
): NaturalCall {
  const [id, instance, startedMs, endedMs, outcome, watchedUntilMs, status, logLines] = told;
  const [traceId, correlation, traceparent] = ids;
  const [source, callerSeen, tiedByRequest, caller] = tied;
  return naturalCall({
    ...{ id, instance, startedMs, endedMs, outcome, watchedUntilMs, status, logLines },
    ...{ traceId, correlation, traceparent },
    ...{ source, callerSeen, tiedByRequest, caller, kinds },
    attempts: attempts.map((one, at) => unpackedAttempt(one, at + 1, kinds[at] ?? null, target)),
    spots: spots.map(([file, line, text]) => ({ file, line, text })),
  });
}

function unpackedAttempt(
  [id, arrivedMs, method, path, headers, failedMs, answer, closedMs]: ReturnType<typeof packedAttempt>,
  number: number,
  kind: FailureKind,
  target: Target,
): Attempt {
  const base = bareAttempt(id, target, number, arrivedMs);
  const [status, answered, firstByteMs, completeMs] = answer ?? [0, [], 0, 0];
  return {
    ...base,
    request: { ...base.request, method, target: path, headers },
    ...failureAt(kind, arrivedMs, failedMs ?? arrivedMs),
    response: answer === null ? null : { status, headers: answered, bodyBytes: 0, firstByteMs, completeMs },
    consumerClosed: closedMs === null ? null : { atMs: closedMs, how: "fin" },
  };
}
