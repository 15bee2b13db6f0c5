import { breakingPolicy, declaredPolicy, type Subject } from "../subject.ts";

const { retry } = declaredPolicy;
const withJitter = (jitter: "full" | "proportional") => ({
  ...declaredPolicy,
  retry: { ...retry, backoff: { ...retry.backoff, jitter } },
});

/** A service that can be asked for more than one thing, which takes the loads of `full`. */
const apart = (beside: "operation" | "provider") =>
  ({ shape: "service", operation: "charge", beside, profile: "full" }) as const;

/** Consumers without a defect, of several shapes: no check may find anything. */
export const cleanTwins: readonly Subject[] = [
  { id: "charge", shape: "service", operation: "charge" },
  { id: "charge-by-fetch", shape: "service", operation: "charge", policy: withJitter("full") },
  {
    id: "charge-in-a-hurry",
    shape: "module",
    operation: "charge",
    policy: { ...declaredPolicy, deadline: "1500ms" },
  },
  { id: "charge-undeclared", shape: "module", operation: "charge", policy: {} },
  { id: "quote", shape: "module", operation: "quote", policy: withJitter("proportional") },
  { id: "quote-by-fetch", shape: "service", operation: "quote" },
  { id: "quote-a-few-at-once", shape: "module", operation: "quote" },
  { id: "quote-that-tells", shape: "service", operation: "quote" },
  {
    id: "quote-without-retries",
    shape: "module",
    operation: "quote",
    policy: { ...declaredPolicy, retry: { attempts: 1 } },
  },
  { id: "charge-with-breaker", shape: "service", operation: "charge", policy: breakingPolicy },
  { id: "quote-with-breaker", shape: "module", operation: "quote", policy: breakingPolicy },
  { id: "charge-with-spans", shape: "service", operation: "charge" },
  { id: "quote-in-python", shape: "exec", operation: "quote" },
  { id: "charge-over-tls", shape: "service", operation: "charge", tls: true },
  { id: "quote-over-tls-in-python", shape: "exec", operation: "quote", tls: true },
  { id: "keeps-keys", shape: "service", operation: "charge", serves: "keyed" },
  { id: "breaker-per-operation", ...apart("operation"), policy: breakingPolicy },
  { id: "breaker-per-provider", ...apart("provider"), policy: breakingPolicy },
  { id: "pool-per-provider", ...apart("provider") },
  { id: "seats-per-provider", ...apart("provider") },
  { id: "two-providers-in-python", ...apart("provider"), operation: "quote" },
  { id: "prices-in-python", shape: "service", operation: "quote", serves: "plain" },
];
