import type { CallError } from "./errors.ts";
import type { Classifier } from "./failure.ts";
import type { ClassifierName, FallbackName, KeyName } from "./policy-types.ts";
import type { Runtime } from "./runtime.ts";

/** Answers in place of a call that failed; it is told why and what was called. */
export type FallbackFunction<Args extends readonly unknown[], R> = (error: CallError, ...args: Args) => R;

/** Tells by the arguments of a call whose state it shares, a host for instance. */
export type KeyFunction<Args extends readonly unknown[]> = (...args: Args) => string;

/** A part of the bindings that is required where the policy uses a name for it, and refused where it does not. */
type Named<Part extends string, Names extends string, Value> = [Names] extends [never]
  ? { readonly [P in Part]?: never }
  : string extends Names
    ? { readonly [P in Part]?: { readonly [name: string]: Value } }
    : { readonly [P in Part]: { readonly [Name in Names]: Value } };

/** What a policy leaves to code: its named fallback, classifier and keys. */
export type Bindings<D, Args extends readonly unknown[], R> = Named<
  "fallback",
  FallbackName<D>,
  FallbackFunction<Args, R>
> &
  Named<"classify", ClassifierName<D>, Classifier> &
  Named<"key", KeyName<D>, KeyFunction<Args>> & {
    /** The runtime that holds the state; by default the one of this process. */
    readonly runtime?: Runtime;
  };

/** The bindings as a parameter: it can be left out where nothing is to be bound. */
export type BindingsParameter<D, Args extends readonly unknown[], R> =
  Record<never, never> extends Bindings<D, Args, R>
    ? readonly [bindings?: Bindings<D, Args, R>]
    : readonly [bindings: Bindings<D, Args, R>];
