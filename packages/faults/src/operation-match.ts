/** An operation as the proxy and the stub need it; structurally what a contract's operation is. */
export interface ProviderOperation {
  readonly name: string;
  /** `null` matches every request. */
  readonly request: { readonly method: string; readonly path: string } | null;
  /** A header (lower case) or a JSON pointer into the body; `null`: none declared. */
  readonly idempotencyKey: string | null;
  /** JSON pointer into the request body. */
  readonly effectKey: string | null;
  readonly answer: {
    readonly status: number;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: string;
  };
  readonly errors: Readonly<
    Record<
      string,
      { readonly status: number; readonly headers: Readonly<Record<string, string>>; readonly body: string }
    >
  >;
}

/** Finds the operation that a request belongs to: the first whose method and path match, `:name` matching one segment. */
export function operationMatcher<O extends Pick<ProviderOperation, "request">>(
  operations: readonly O[],
): (method: string, target: string) => O | null {
  const patterns = operations.map((operation) => ({ operation, path: pathPattern(operation.request) }));
  return (method, target) => {
    const path = pathOf(target);
    const found = patterns.find(
      ({ operation, path: pattern }) =>
        operation.request === null || (operation.request.method === method && pattern?.test(path)),
    );
    return found?.operation ?? null;
  };
}

/** The path of a request target, without query and without the origin of an absolute form. */
export function pathOf(target: string): string {
  const absolute = /^https?:\/\/[^/?#]*/i.exec(target)?.[0].length ?? 0;
  const path = target.slice(absolute).split(/[?#]/, 1)[0] as string;
  return path === "" ? "/" : path;
}

function pathPattern(request: ProviderOperation["request"]): RegExp | null {
  if (request === null) return null;
  const source = pathOf(request.path)
    .split("/")
    .map((segment) => (segment.startsWith(":") ? "[^/]+" : segment.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")))
    .join("/");
  return new RegExp(`^${source}$`);
}
