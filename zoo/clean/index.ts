import { declaredPolicy, type Subject } from "../subject.ts";

const { retry } = declaredPolicy;
const withJitter = (jitter: "full" | "proportional") => ({
  ...declaredPolicy,
  retry: { ...retry, backoff: { ...retry.backoff, jitter } },
});

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
  {
    id: "quote-without-retries",
    shape: "module",
    operation: "quote",
    policy: { ...declaredPolicy, retry: { attempts: 1 } },
  },
  { id: "quote-in-python", shape: "exec", operation: "quote" },
];
