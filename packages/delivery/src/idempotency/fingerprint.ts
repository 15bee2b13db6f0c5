import { createHash } from "node:crypto";

/** What tells two requests apart. */
export interface Fingerprinted {
  readonly method: string;
  readonly route: string;
  readonly headers: readonly (readonly [name: string, value: string | null])[];
  readonly body: Uint8Array;
}

/** SHA-256 over method, route, headers and the bytes of the body. Each part is led by its length, so that none can pass for two. */
export function fingerprintOf({ method, route, headers, body }: Fingerprinted): string {
  const hash = createHash("sha256");
  const parts = [
    method,
    route,
    ...headers.map(([name, value]) => `${name}:${value === null ? "-" : `=${value}`}`),
  ];
  for (const part of parts) hash.update(`${Buffer.byteLength(part)} `).update(part);
  return hash.update(`${body.byteLength} `).update(body).digest("hex");
}
