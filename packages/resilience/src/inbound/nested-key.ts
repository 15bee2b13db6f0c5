import { createHash } from "node:crypto";

/**
 * The idempotency key of the n-th call that a policy makes inside a request: the same whenever the request comes again under its own
 * key, and another one for each call. Passed on as it is, the request's key would make two charges of one order look like one charge
 * sent twice. Laid out as a UUID (version 8, what is in it is ours), which every provider takes.
 */
export function nestedKey(requestKey: string, policy: string, ordinal: number): string {
  const bytes = createHash("sha256")
    .update(JSON.stringify([requestKey, policy, ordinal]))
    .digest();
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x80;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = bytes.toString("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20, 32)}`;
}
