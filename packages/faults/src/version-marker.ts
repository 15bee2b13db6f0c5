import type { DeclaredAnswer } from "./fault.ts";
import { changedJson } from "./json-changes.ts";

/** `application/vnd.shop.v2+json`, `application/json; version=2`. */
const marker = /([;\s]version\s*=\s*"?|\bv(?:ersion)?[-.]?)\d+(?:\.\d+)*(?=$|[";\s+.])/i;

/** A content type with a version that nobody knows; `null` when it names none. */
export function otherVersionOf(contentType: string): string | null {
  return marker.test(contentType) ? contentType.replace(marker, "$1999") : null;
}

/** Whether an answer says of which version it is: in its content type, or in a field at the root such as `schemaVersion`. */
export function namesVersion({ headers, body }: Pick<DeclaredAnswer, "headers" | "body">): boolean {
  const type = Object.entries(headers).find(([name]) => name.toLowerCase() === "content-type")?.[1] ?? "";
  return marker.test(type) || changedJson(body, "unknown-version") !== null;
}
