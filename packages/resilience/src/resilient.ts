import { CodedError } from "@holdfast/core";
import type { Bindings, BindingsParameter } from "./bindings.ts";
import { Pipeline } from "./call/pipeline.ts";
import type { PolicyState } from "./call/policy-state.ts";
import type { PolicyStates } from "./call/policy-states.ts";
import { classifiers, safely } from "./classify/index.ts";
import { compileOn, retriable } from "./classify/retry-words.ts";
import type { CallContext, CallOptions } from "./context.ts";
import type { CallError } from "./errors.ts";
import type { Classifier } from "./failure.ts";
import { compiledOf } from "./policy.ts";
import type { CheckedPolicy, FallbackName, PolicyDocument } from "./policy-types.ts";
import { Runtime } from "./runtime.ts";
import { defaultRuntime } from "./system-runtime.ts";

/** How a call ended, as a value. */
export type Outcome<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: CallError };

/** A function under a policy: called with the same arguments as the function itself, without its context. */
export interface Protected<Args extends readonly unknown[], T> {
  /** Calls it; rejects with a `CallError`. */
  (...args: Args): Promise<T>;
  /** The same with options for this call. */
  with(options: CallOptions, ...args: Args): Promise<T>;
  /** The same, but never rejects. */
  outcome(options: CallOptions, ...args: Args): Promise<Outcome<T>>;
}

/** What a call is given and answers: the function's own answer, or its fallback's. */
type Answer<D, T, R> = [FallbackName<D>] extends [never] ? Awaited<T> : Awaited<T> | Awaited<R>;

/**
 * Puts a function under a policy. The function gets a context first (its signal, its attempt, its key) and then the arguments of the
 * call. Throws `POLICY_INVALID`, `BINDING_MISSING` or `POLICY_NAME_TAKEN`.
 */
export function resilient<const D extends PolicyDocument, F extends ProtectableFunction, R = never>(
  policy: D & CheckedPolicy<D>,
  fn: F,
  ...[bindings]: BindingsParameter<D, ArgumentsOf<F>, R>
): Protected<ArgumentsOf<F>, Answer<D, ReturnType<F>, R>> {
  const pipeline = compile(policy, fn as unknown as PlainFunction, (bindings ?? {}) as PlainBindings);
  const protectedCall = (...args: ArgumentsOf<F>) => pipeline.start(args, null, false);
  return Object.assign(protectedCall, {
    with: (options: CallOptions, ...args: ArgumentsOf<F>) => pipeline.start(args, options, false),
    outcome: (options: CallOptions, ...args: ArgumentsOf<F>) => pipeline.start(args, options, true),
  }) as Protected<ArgumentsOf<F>, Answer<D, ReturnType<F>, R>>;
}

/** A function that can be put under a policy: it gets a context first. */
type ProtectableFunction = (context: CallContext, ...args: never[]) => unknown;

/** The arguments of a function behind its context. */
type ArgumentsOf<F extends ProtectableFunction> = Parameters<F> extends [unknown?, ...infer Args] ? Args : [];

type PlainFunction = (context: unknown, ...args: readonly unknown[]) => unknown;
type PlainBindings = {
  readonly [Part in keyof Bindings<PolicyDocument, readonly unknown[], unknown>]?: Bindings<
    PolicyDocument,
    readonly unknown[],
    unknown
  >[Part];
};

function compile(document: unknown, fn: PlainFunction, bindings: PlainBindings): Pipeline {
  const { settings } = compiledOf(document);
  const runtime = bindings.runtime ?? defaultRuntime();
  const states = Runtime.statesOf(runtime, settings.name, settings);
  const on = compileOn(settings.retry?.on ?? undefined);
  const { classify, judges } = classifierOf(settings.classify, bindings);
  return new Pipeline({
    name: states.name,
    settings,
    runtime: Runtime.callsOf(runtime),
    fn,
    classify,
    judges,
    allows: (failure, idempotent) => retriable(failure, on, idempotent),
    fallback: settings.fallback === null ? null : bound("fallback", settings.fallback, bindings.fallback),
    stateOf: stateOf(states, bindings),
  });
}

function classifierOf(
  name: string,
  { classify }: PlainBindings,
): { readonly classify: Classifier; readonly judges: (answer: unknown) => boolean } {
  const own = classify?.[name];
  if (own === undefined && Object.hasOwn(classifiers, name)) {
    return { classify: classifiers[name as keyof typeof classifiers], judges: isResponse };
  }
  return { classify: safely(own ?? bound("classify", name, classify)), judges: () => true };
}

/** The classifiers of this package take no other answer for a failure, so they need not be asked about them. */
function isResponse(answer: unknown): boolean {
  if (typeof answer !== "object" || answer === null) return false;
  try {
    const { status, statusCode } = answer as { readonly status?: unknown; readonly statusCode?: unknown };
    return typeof status === "number" || typeof statusCode === "number";
  } catch {
    // An answer that cannot be read is the caller's to deal with.
    return false;
  }
}

function stateOf(
  states: PolicyStates,
  { key }: PlainBindings,
): PolicyState | ((args: readonly unknown[]) => PolicyState) {
  const keys = states.keyNames.map((name) =>
    bound<(...args: readonly unknown[]) => string>("key", name, key),
  );
  const [first] = keys;
  if (first === undefined) return states.of([""]);
  if (keys.length === 1) return (args) => states.of([first(...args)]);
  return (args) => states.of(keys.map((each) => each(...args)));
}

function bound<T>(part: string, name: string, given: { readonly [name: string]: T } | undefined): T {
  const found = given !== undefined && Object.hasOwn(given, name) ? given[name] : undefined;
  if (found !== undefined) return found;
  throw new CodedError("BINDING_MISSING", `The policy names ${part} “${name}”, and nothing is bound to it.`, {
    remedy: `Pass { ${part}: { ${JSON.stringify(name)}: … } } as the third argument.`,
    details: { part, name },
  });
}
