import { Generations, type LogSeen, type RequestSeen, type Seen, type Spot } from "@holdfast/operate";
import type { Target } from "../model.ts";
import { addTo, callersOfOneSource, type Draft, newDraft } from "./draft.ts";
import type { Sorting } from "./passive-targets.ts";
import { shapeOf } from "./path-shape.ts";
import { TargetStore } from "./target-store.ts";

/** How many calls are followed at a time, twice over; those that were quiet longest are let go first. */
const draftsMax = 10_000;
const strangersMax = 200;
const secretsShown = 5;

/** What traffic comes to once all of it was read. */
export interface Gathered {
  readonly stores: readonly TargetStore[];
  readonly secrets: {
    readonly lines: number;
    readonly of: number;
    readonly first: readonly (Spot & { readonly what: string })[];
  };
  readonly strangers: ReadonlyMap<string, number>;
  readonly fromMs: number | null;
  readonly toMs: number | null;
  readonly callersFrom: number;
  readonly callersTo: number;
}

/** Ties requests and log lines into calls as they come; what is kept is bounded. */
export class Gathering {
  readonly #sorting: Sorting;
  readonly #drafts: Generations<Draft>;
  readonly #stores = new Map<Target, TargetStore>();
  readonly #strangers = new Map<string, number>();
  readonly #secrets: (Spot & { readonly what: string })[] = [];
  #secretLines = 0;
  #logLines = 0;
  #serial = 0;
  #fromMs = Number.POSITIVE_INFINITY;
  #toMs = Number.NEGATIVE_INFINITY;
  #callersFrom = Number.POSITIVE_INFINITY;
  #callersTo = Number.NEGATIVE_INFINITY;

  constructor(sorting: Sorting) {
    this.#sorting = sorting;
    this.#drafts = new Generations<Draft>(draftsMax, (draft) => this.#finish(draft));
  }

  take(seen: Seen): void {
    if (seen.kind === "log") this.#takeLog(seen);
    else this.#takeRequest(seen);
  }

  end(): Gathered {
    this.#drafts.end();
    const ended = this.#fromMs <= this.#toMs;
    return {
      stores: [...this.#stores.values()],
      secrets: { lines: this.#secretLines, of: this.#logLines, first: this.#secrets },
      strangers: this.#strangers,
      fromMs: ended ? this.#fromMs : null,
      toMs: ended ? this.#toMs : null,
      callersFrom: this.#callersFrom,
      callersTo: this.#callersTo,
    };
  }

  #takeRequest(request: RequestSeen): void {
    this.#at(request.startMs);
    this.#at(request.endMs);
    const sorted = this.#sorting.of(request);
    if (sorted === null) {
      this.#stranger(request);
      return;
    }
    if (sorted.side === "in") {
      const { draft } = this.#draftOf(request);
      addTo(draft, draft.callers, request);
      this.#callersFrom = Math.min(this.#callersFrom, request.startMs ?? this.#callersFrom);
      this.#callersTo = Math.max(this.#callersTo, request.endMs ?? this.#callersTo);
      return;
    }
    const { target } = sorted;
    this.#storeOf(target).see(request);
    if (request.trace === null && request.request === null) return;
    const { draft, byRequest } = this.#draftOf(request);
    addTo(draft, draft.requests, { request, target, byRequest });
  }

  #takeLog(seen: LogSeen): void {
    this.#at(seen.atMs);
    this.#logLines++;
    if (seen.secret !== null) {
      this.#secretLines++;
      if (this.#secrets.length < secretsShown) this.#secrets.push({ ...seen, what: seen.secret });
    }
    if (seen.call === null) return;
    const { draft } = this.#draftOf({ trace: seen.call, request: seen.call });
    draft.logLines++;
    draft.firstLog ??= seen;
    draft.outcome = seen.outcome ?? draft.outcome;
    const { attempt } = seen;
    const target = attempt === null ? null : this.#sorting.named(attempt.peer, attempt.operation);
    if (attempt === null || target === null) return;
    this.#storeOf(target).seeLog(attempt);
    addTo(draft, draft.logged, { seen, target });
  }

  /** The call of a request id, else of a trace: the trace is what some checks are about. */
  #draftOf({ trace, request }: Pick<RequestSeen, "trace" | "request">): { draft: Draft; byRequest: boolean } {
    const byId = request === null ? undefined : this.#drafts.get(`r:${request}`);
    const found = byId ?? (trace === null ? undefined : this.#drafts.get(`t:${trace}`));
    const draft = found ?? newDraft();
    if (request !== null && byId === undefined) this.#drafts.set(`r:${request}`, draft);
    if (trace !== null && this.#drafts.get(`t:${trace}`) === undefined) this.#drafts.set(`t:${trace}`, draft);
    return { draft, byRequest: byId !== undefined };
  }

  #finish(draft: Draft): void {
    if (draft.finished) return;
    draft.finished = true;
    callersOfOneSource(draft);
    const id = `c${++this.#serial}`;
    const used = draft.callers[0] === undefined ? null : this.#sorting.usedBy(draft.callers[0]);
    const own = [...draft.requests, ...draft.logged].map(({ target }) => target);
    for (const target of new Set([...own, ...(used ?? [])])) {
      this.#storeOf(target).add(draft, id, used === null || used.includes(target));
    }
  }

  #storeOf(target: Target): TargetStore {
    const known = this.#stores.get(target);
    if (known !== undefined) return known;
    const fresh = new TargetStore(target, () => this.#stores.size);
    this.#stores.set(target, fresh);
    return fresh;
  }

  #stranger({ method, target }: RequestSeen): void {
    const name = `${method} ${shapeOf(target)}`;
    const count = this.#strangers.get(name);
    if (count !== undefined || this.#strangers.size < strangersMax)
      this.#strangers.set(name, (count ?? 0) + 1);
  }

  #at(ms: number | null): void {
    if (ms === null) return;
    this.#fromMs = Math.min(this.#fromMs, ms);
    this.#toMs = Math.max(this.#toMs, ms);
  }
}
