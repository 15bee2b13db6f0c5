import {
  type Attributes,
  type Context,
  type Span,
  SpanKind,
  SpanStatusCode,
  type Tracer,
} from "@opentelemetry/api";
import type { Call } from "../call/call.ts";
import { isCallError } from "../errors.ts";
import { complain } from "./complain.ts";
import { attribute } from "./names.ts";

/** The span of a call as its caller sees it, around those of its attempts: a failure that a retry or a fallback mends is none of it. */
export class CallSpan {
  readonly span: Span;
  private attempts = 0;

  static start(tracer: Tracer, policy: string, attributes: Attributes, parent: Context): CallSpan {
    return new CallSpan(tracer.startSpan(policy, { kind: SpanKind.INTERNAL, attributes }, parent));
  }

  private constructor(span: Span) {
    this.span = span;
  }

  counts(attempts: number): void {
    this.attempts = attempts;
  }

  /** Ends with the call, at the moment at which its caller hears of it. */
  follow(call: Call): void {
    const { resolve, reject, asOutcome } = call;
    call.resolve = (value) => {
      this.end(asOutcome ? (value as { readonly error?: unknown }).error : undefined);
      resolve(value);
    };
    call.reject = (error) => {
      this.end(error);
      reject(error);
    };
  }

  /** Ends it, with the error of its call if there is one. */
  end(error: unknown): void {
    const { span, attempts } = this;
    try {
      span.setAttribute(attribute.attempts, attempts);
      if (error !== undefined) {
        span.setAttribute(attribute.errorType, isCallError(error) ? error.code : "_OTHER");
        span.setStatus({ code: SpanStatusCode.ERROR });
      }
      span.end();
    } catch (failure) {
      // Its caller waits for the call, not for whoever takes spans.
      complain(failure);
    }
  }
}
