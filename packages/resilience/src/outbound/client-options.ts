import type { Bindings, KeyFunction } from "../bindings.ts";
import type { Classifier } from "../failure.ts";
import type { KeyName } from "../policy-types.ts";
import type { Runtime } from "../runtime.ts";
import type { OutboundOptions } from "./outbound-options.ts";

/** The keys that every client knows by itself: `api.example:8443`, `https://api.example:8443`. */
export type ProvidedKey = "host" | "origin";

/** Keys of the user's own, required where the policy names one that no client provides. */
type OwnKeys<D, Args extends readonly unknown[]> = [Exclude<KeyName<D>, ProvidedKey>] extends [never]
  ? { readonly key?: { readonly [name: string]: KeyFunction<Args> } }
  : string extends KeyName<D>
    ? { readonly key?: { readonly [name: string]: KeyFunction<Args> } }
    : { readonly key: { readonly [Name in Exclude<KeyName<D>, ProvidedKey>]: KeyFunction<Args> } };

/** What a client can be told beside its policy: what the policy leaves to code, and what is added to requests. */
export type ClientOptions<D, Args extends readonly unknown[], R> = Omit<Bindings<D, Args, R>, "key"> &
  OwnKeys<D, Args> &
  OutboundOptions;

/** Options as a parameter: they can be left out where nothing in them is required. */
export type OptionsParameter<Options> =
  Record<never, never> extends Options ? readonly [options?: Options] : readonly [options: Options];

/** The same without its types, as the code that compiles a client reads it. */
export interface PlainClientOptions extends OutboundOptions {
  readonly fallback?: { readonly [name: string]: (...args: readonly unknown[]) => unknown };
  readonly classify?: { readonly [name: string]: Classifier };
  readonly key?: { readonly [name: string]: (...args: readonly unknown[]) => string };
  readonly runtime?: Runtime;
}
