import { breakingPolicy, declaredPolicy, type Mutant, type Subject } from "../subject.ts";

/** A mutant as its table tells of it: its id and its check are the keys it stands under. */
export type Planted = Omit<Mutant, "id" | "fails" | "mayFail" | keyof Subject> &
  Omit<Subject, "id"> & { readonly mayFail?: readonly string[] };

/** Mutants by the check that must find them, and by id. */
export type PlantedByCheck = Readonly<Record<string, Readonly<Record<string, Planted>>>>;

type Shape = Pick<Subject, "shape" | "operation" | "serves" | "beside" | "profile" | "tls">;
type Declared = Pick<Subject, "policy" | "declaresKey">;
type Policy = Readonly<Record<string, unknown>>;

/** A service that charges. */
export const charge: Shape = { shape: "service", operation: "charge" };
/** A module that asks for a quote. */
export const quote: Shape = { shape: "module", operation: "quote" };
/** A service that asks for a quote. */
export const quoteService: Shape = { shape: "service", operation: "quote" };
/** A module that charges. */
export const chargeModule: Shape = { shape: "module", operation: "charge" };
/** A command in Python that asks for a quote. */
export const quoteInPython: Shape = { shape: "exec", operation: "quote" };
/** A service that charges over TLS. */
export const chargeOverTls: Shape = { ...charge, tls: true };
/** A service with an operation of its own. */
export const served: Shape = { ...charge, serves: "plain" };
/** A service whose own operation takes an idempotency key. */
export const keyed: Shape = { ...charge, serves: "keyed" };
/** A service that charges, and reads prices of the same provider. */
export const twoOperations: Shape = { ...charge, beside: "operation", profile: "full" };
/** A service that charges with one provider, and reads prices of another. */
export const twoProviders: Shape = { ...charge, beside: "provider", profile: "full" };
/** Less time for a call than its attempts and waits take. */
export const hurried: Policy = { ...declaredPolicy, deadline: "1500ms" };
/** More time for a call than the route in `serves` has for its caller. */
export const patient: Policy = { ...declaredPolicy, deadline: "8s", attemptTimeout: "1500ms" };
/** A contract that speaks of no key and sends again only what is safe without one. */
export const withoutKey: Declared = {
  declaresKey: false,
  policy: { ...declaredPolicy, retry: { ...declaredPolicy.retry, on: ["refused", "429"] } },
};
/** A contract with a circuit breaker. */
export const breaking: Declared = { policy: breakingPolicy };
/** A contract with a retry budget. */
export const budgeted: Declared = {
  policy: { ...declaredPolicy, budget: { ratio: "20%", minPerSecond: 1 } },
};
/** Everything but a reset is sent again. */
export const silenceOnly: readonly string[] = [
  "connect-failure",
  "refused",
  "timeout",
  "gateway-error",
  "429",
];
/** The checks that count effects. */
export const oneEffect: readonly string[] = ["one-effect-on-lost-reply", "one-effect-on-late-duplicate"];
/** What a charge without a key may fail besides. */
export const keyless: readonly string[] = ["classification", ...oneEffect];
