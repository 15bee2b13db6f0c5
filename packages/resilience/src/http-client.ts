import { classifiers } from "./classify/index.ts";
import type { CallContext, CallOptions } from "./context.ts";
import type { CallError, ErrorCode } from "./errors.ts";
import type { Classifier } from "./failure.ts";
import { callOf, type HttpCall } from "./http-call.ts";
import type { PlainClientOptions } from "./outbound/client-options.ts";
import { outboundSettings } from "./outbound/outbound-options.ts";
import {
  type ClientFacts,
  type OutgoingRequest,
  type RequestFacts,
  requestFacts,
} from "./outbound/request-facts.ts";
import { compiledOf } from "./policy.ts";
import type { PolicyDocument } from "./policy-types.ts";
import { type Outcome, type Protected, resilient } from "./resilient.ts";
import { Runtime } from "./runtime.ts";
import { currentBaggage, currentTrace } from "./system-ambient.ts";
import { defaultRuntime } from "./system-runtime.ts";

/** How a call of a client ended. A status that the policy takes for a failure has a `response` beside its error. */
export type ClientOutcome<Answer> =
  | { readonly ok: true; readonly value: Answer }
  | { readonly ok: false; readonly error: CallError; readonly response?: Answer };

/** With these codes a call ends in its latest answer, of which nobody has got rid then. */
const endsWithAnswer: ReadonlySet<ErrorCode> = new Set(["FAILED", "EXHAUSTED", "BUDGET"]);

type Plain = PolicyDocument & { readonly fallback?: never };

/** A policy compiled for a client of HTTP. */
export class HttpClient<Answer> {
  readonly facts: ClientFacts;
  /** The longest that connecting may take, for clients that can bound it. */
  readonly connectTimeoutMs: number | null;
  private readonly protectedSend: Protected<[HttpCall], unknown>;

  /** Throws what `resilient` throws. */
  constructor(policy: unknown, options: PlainClientOptions) {
    const { settings } = compiledOf(policy);
    const { runtime = defaultRuntime() } = options;
    const calls = Runtime.callsOf(runtime);
    this.connectTimeoutMs = settings.connectTimeoutMs;
    this.facts = {
      policy: settings.name ?? "call",
      settings: outboundSettings(options),
      idempotent: settings.idempotent,
      attemptTimeoutMs: settings.attemptTimeoutMs ?? Number.POSITIVE_INFINITY,
      random: calls.random,
      spanOf: (attempt) => calls.around?.spanOf(attempt) ?? null,
    };
    const bindings = { ...boundParts(settings.classify, options), runtime };
    const send = (context: CallContext, call: HttpCall) => call.attempt(context);
    this.protectedSend = resilient(policy as Plain, send, bindings as object);
  }

  /** What the attempts of a request will share. */
  factsOf(request: OutgoingRequest, given: CallOptions): RequestFacts {
    return requestFacts(this.facts, request, given, { trace: currentTrace(), baggage: currentBaggage });
  }

  /** Makes a call. Never rejects. */
  async run(call: HttpCall): Promise<ClientOutcome<Answer>> {
    const outcome = (await this.protectedSend.outcome(call.facts.options, call)) as Outcome<Answer>;
    const last = call.settle();
    if (outcome.ok) {
      if (last !== outcome.value) call.drop(last);
      return outcome;
    }
    const { error } = outcome;
    if (last !== null && error.cause === last && endsWithAnswer.has(error.code)) {
      return { ok: false, error, response: last as Answer };
    }
    call.drop(last);
    return outcome;
  }
}

/** The user's own functions know the arguments of the call; what the pipeline hands on is the call. */
function boundParts(classifier: string, options: PlainClientOptions): PlainClientOptions {
  const { fallback = {}, key = {}, classify } = options;
  const judge = classify?.[classifier] ?? builtIn(classifier);
  const own =
    <T>(work: (...args: readonly unknown[]) => T) =>
    (call: HttpCall) =>
      work(...call.args);
  const inPlace = (work: (...args: readonly unknown[]) => unknown) => (error: CallError, call: HttpCall) => {
    call.keepLast();
    return work(error, ...call.args);
  };
  return {
    key: {
      host: (call: HttpCall) => call.url?.host ?? "",
      origin: (call: HttpCall) => call.url?.origin ?? "",
      ...mapped(key, own),
    },
    fallback: mapped(fallback, inPlace),
    ...(judge === undefined ? {} : { classify: { [classifier]: judging(judge) } }),
  } as PlainClientOptions;
}

function mapped<From, To>(functions: { readonly [name: string]: From }, change: (one: From) => To): object {
  return Object.fromEntries(Object.entries(functions).map(([name, one]) => [name, change(one)]));
}

/** What comes out of a client of HTTP is always a response, of whatever kind. */
function builtIn(name: string): Classifier | undefined {
  if (name === "default") return classifiers.http;
  return Object.hasOwn(classifiers, name) ? classifiers[name as keyof typeof classifiers] : undefined;
}

/** Judges as `classify` does, but a request whose body is gone cannot be sent again, whatever the failure would allow. */
function judging(classify: Classifier): Classifier {
  return (end) => {
    const failure = classify(end);
    const call = callOf(end.threw ? end.error : end.value);
    if (failure === null || failure === undefined || call === undefined) return failure;
    if (!end.threw) call.judged(end.value as object);
    const { class: kind } = failure;
    const unexecuted = kind === "unsent" || kind === "throttled" || kind === "unavailable";
    // Such a call counts as not idempotent, so what is ambiguous is not made again.
    return unexecuted && call.spent ? { ...failure, class: "ambiguous" } : failure;
  };
}
