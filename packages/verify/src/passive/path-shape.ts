import type { RequestPattern } from "@holdfast/contract";

/** The path of a target, without its query. */
export function pathOf(target: string): string {
  const end = target.search(/[?#]/);
  return end < 0 ? target : target.slice(0, end);
}

/** Whether a request is one that a pattern of the contract means. */
export function fits(pattern: RequestPattern, method: string, target: string): boolean {
  if (pattern.method !== method) return false;
  const wanted = pathOf(pattern.path).split("/");
  const given = pathOf(target).split("/");
  return (
    wanted.length === given.length && wanted.every((part, at) => part.startsWith(":") || part === given[at])
  );
}

const idLike =
  /^(?:\d+|[0-9a-f]{8}-[0-9a-f-]{27}|[0-9a-f]{12,}|(?=[^/]*\d)[\w.~-]{8,}|(?=[^/]*\d)[A-Za-z]+[-_][\w-]+)$/i;

/** The path with what looks like an id replaced: `/v1/charges/ch_123/refund` becomes `/v1/charges/:id/refund`. */
export function shapeOf(target: string): string {
  const parts = pathOf(target)
    .slice(0, 300)
    .split("/")
    .map((part) => (idLike.test(part) ? ":id" : part));
  return parts.join("/");
}
