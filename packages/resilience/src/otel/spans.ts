import type { TraceContext } from "@holdfast/core";
import {
  type Attributes,
  type Context,
  context,
  type Span,
  SpanKind,
  SpanStatusCode,
  type Tracer,
  trace,
} from "@opentelemetry/api";
import type { Around } from "../call/around.ts";
import type { Call } from "../call/call.ts";
import type { CallContext } from "../context.ts";
import type { AttemptEnded, BreakerChanged, CallEnded, ResilienceEvent, RetryWaiting } from "../events.ts";
import { CallSpan } from "./call-span.ts";
import { complain } from "./complain.ts";
import { errorTypeOf } from "./error-type.ts";
import { attribute, spanEvent, whose } from "./names.ts";
import { contextInside, traceOfSpan } from "./span-place.ts";

/** What a call leaves for its attempts. */
interface Scope {
  /** The context in which its attempts' spans begin: that of its caller, or of its own span. */
  readonly parent: Context;
  /** The span on which retries and changes of circuits are noted; `null` where there is none around. */
  readonly surrounding: Span | null;
  readonly own: CallSpan | null;
  readonly attributes: Attributes;
}

/** How spans are made. */
export interface SpanSettings {
  readonly keys: boolean;
  readonly callSpans: boolean;
}

/** An attempt under way. */
interface Open {
  readonly span: Span;
  readonly scope: Scope;
}

/** A span for each attempt, active while its function runs, whosever timer or place it was that let the attempt begin. */
export class Spans implements Around {
  private readonly tracer: Tracer;
  private readonly settings: SpanSettings;
  /** Attempts under way by their contexts. */
  private readonly open = new Map<object, Open>();
  /** The latest attempt that ended: it is the one of which a retry is told right after. */
  private latest: { readonly end: AttemptEnded; readonly scope: Scope } | null = null;
  private readonly changes: BreakerChanged[] = [];

  constructor(tracer: Tracer, settings: SpanSettings) {
    this.tracer = tracer;
    this.settings = settings;
  }

  enter(call: Call): void {
    try {
      const parent = contextInside(context.active());
      const policy = call.host.name;
      const attributes = whose({ policy, key: call.state.key }, this.settings.keys);
      const own = this.settings.callSpans ? CallSpan.start(this.tracer, policy, attributes, parent) : null;
      own?.follow(call);
      const inside = own === null ? parent : trace.setSpan(parent, own.span);
      const surrounding = trace.getSpan(inside) ?? null;
      call.scope = { parent: inside, surrounding, own, attributes } satisfies Scope;
    } catch (error) {
      complain(error);
    }
  }

  run(call: Call, attempt: CallContext, work: () => unknown): unknown {
    const scope = call.scope as Scope | null;
    const span = scope === null ? null : this.start(scope, attempt);
    if (scope === null || span === null) return work();
    return context.with(trace.setSpan(scope.parent, span), work);
  }

  spanOf(attempt: CallContext): TraceContext | null {
    const open = this.open.get(attempt);
    if (open === undefined) return null;
    const place = traceOfSpan(open.span);
    // Without an SDK a span is none of its own: it only hands on the one around it.
    return place?.parentId === trace.getSpanContext(open.scope.parent)?.spanId ? null : place;
  }

  hear(event: ResilienceEvent): void {
    try {
      if (event.type === "attempt.ended") this.end(event);
      else if (event.type === "retry.waiting") this.noteRetry(event);
      else if (event.type === "breaker.changed") this.keepChange(event);
      else if (event.type === "call.ended" && this.settings.callSpans) this.showRefusal(event);
    } catch (error) {
      complain(error);
    }
  }

  /** Ends the spans of attempts that are still under way. */
  stop(): void {
    for (const { span } of this.open.values()) span.end();
    this.open.clear();
    this.latest = null;
  }

  private start(scope: Scope, attempt: CallContext): Span | null {
    const { attempt: count, policy } = attempt;
    const attributes = { ...scope.attributes, [attribute.attempt]: count };
    if (count > 1) Object.assign(attributes, { [attribute.resendCount]: count - 1 });
    try {
      const span = this.tracer.startSpan(policy, { kind: SpanKind.CLIENT, attributes }, scope.parent);
      this.open.set(attempt, { span, scope });
      scope.own?.counts(count);
      this.noteChanges(policy, scope);
      return span;
    } catch (error) {
      complain(error);
      return null;
    }
  }

  private end(event: AttemptEnded): void {
    const open = this.open.get(event.context);
    if (open === undefined) return;
    this.open.delete(event.context);
    const { span, scope } = open;
    const { failure, error } = event;
    this.noteChanges(event.policy, scope);
    this.latest = failure === null ? null : { end: event, scope };
    if (failure !== null) {
      span.setAttribute(attribute.errorType, errorTypeOf(failure, error));
      span.setAttribute(attribute.failureClass, failure.class);
      span.setStatus({ code: SpanStatusCode.ERROR });
    }
    span.end();
  }

  /** A call that is refused at once never begins, so `enter` does not see it. It is known by its error, which many share. */
  private showRefusal(event: CallEnded): void {
    if (event.code !== "OPEN" || !Object.isFrozen(event.error)) return;
    CallSpan.start(
      this.tracer,
      event.policy,
      whose(event, this.settings.keys),
      contextInside(context.active()),
    ).end(event.error);
  }

  private noteRetry(event: RetryWaiting): void {
    const { latest } = this;
    this.latest = null;
    // What a listener calls at the end of the attempt may stand in between.
    if (latest === null || latest.end.failure !== event.failure) return;
    latest.scope.surrounding?.addEvent(spanEvent.retry, {
      ...latest.scope.attributes,
      [attribute.attempt]: event.attempt,
      [attribute.waitMs]: event.waitMs,
      [attribute.failureClass]: event.failure.class,
      [attribute.errorType]: errorTypeOf(event.failure, latest.end.error),
    });
  }

  /**
   * A circuit does not know which call changes it; but the attempt that does begins or ends right after, in the same turn. A change
   * by hand has no such attempt, and is forgotten when the turn is over.
   */
  private keepChange(event: BreakerChanged): void {
    if (this.changes.push(event) > 1) return;
    queueMicrotask(() => {
      this.changes.length = 0;
    });
  }

  private noteChanges(policy: string, { surrounding }: Scope): void {
    if (this.changes.length === 0) return;
    for (const event of this.changes.filter((change) => change.policy === policy)) {
      const { from, to } = event;
      const told = { ...whose(event, this.settings.keys), [attribute.from]: from, [attribute.to]: to };
      surrounding?.addEvent(spanEvent.breaker, told);
    }
    this.changes.length = 0;
  }
}
