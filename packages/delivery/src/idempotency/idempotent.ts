import { extractBaggage, extractTrace } from "@holdfast/core";
import { DeliveryError } from "../errors.ts";
import type { Lineage } from "../publisher.ts";
import { uuid7Maker } from "../uuid7.ts";
import { runCached } from "./cache-mode.ts";
import { refuse } from "./claim.ts";
import { fingerprintOf } from "./fingerprint.ts";
import { forgetful, type IdempotencyWorld, type Job } from "./job.ts";
import { readKey } from "./key.ts";
import { runLeased } from "./lease-mode.ts";
import type { ContextOf, IdempotencyMode, IdempotentOptions } from "./options.ts";
import type { ProblemCode } from "./problems.ts";
import { heldRequest, readRequestBody } from "./request-body.ts";
import { type RouteSettings, routeSettings } from "./route-settings.ts";
import { runInTx } from "./tx-mode.ts";

/** A handler of requests that may come more than once. */
export type IdempotentHandler<Mode extends IdempotencyMode, Origin = unknown> = (
  request: Request,
  context: ContextOf<Mode, Origin>,
) => Response | Promise<Response>;

/** A route with idempotency: web-standard in and out. Adapters hand over their framework's own request as the origin. */
export type IdempotentRoute<Origin = unknown> = (request: Request, origin?: Origin) => Promise<Response>;

/** Makes routes idempotent, with a store and an outbox to work with. */
export interface Idempotency {
  idempotent<const Mode extends IdempotencyMode, Origin = unknown>(
    options: IdempotentOptions<Mode, Origin>,
    handler: IdempotentHandler<Mode, Origin>,
  ): IdempotentRoute<Origin>;
}

const missing = { kind: "missing" } as const;
const keyHeader = "idempotency-key";
/** Methods that change nothing: they need no key, and one that they bring is not looked at. */
const safeMethods: ReadonlySet<string> = new Set(["GET", "HEAD", "OPTIONS", "TRACE"]);

/** Makes routes idempotent. Each throws CONFIGURATION, when it is made, for settings that cannot be. */
export function idempotency(world: IdempotencyWorld): Idempotency {
  const nextToken = uuid7Maker(world.surroundings);
  return {
    idempotent(options, handler) {
      const settings = routeSettings(options, world.store);
      return async (request, origin) => {
        const admitted = await admit(request, settings);
        if (admitted.kind === "refused") return refuse({ world, settings }, admitted.code, admitted);
        const { key, body } = admitted;
        const token = nextToken();
        return run({
          world,
          settings,
          store: key === null ? forgetful(settings.store) : settings.store,
          entry: { scope: checkedScope(await options.scope(request, origin as never)), key: key ?? token },
          keyed: key !== null,
          arrival: {
            token,
            fingerprint: key === null ? "" : fingerprintFor(request, settings, body),
            retryable: settings.retryable,
          },
          origin,
          lineage: lineageOf(request),
          work: async (context) =>
            checkedResponse(await handler(heldRequest(request, body, context.signal), context as never)),
        });
      };
    },
  };
}

function lineageOf(request: Request): Lineage {
  const trace = extractTrace(request.headers);
  const baggage = extractBaggage(request.headers);
  return { ...(trace === null ? {} : { trace }), ...(baggage === "" ? {} : { baggage }) };
}

type Admitted =
  | { readonly kind: "refused"; readonly code: ProblemCode; readonly detail: string }
  | { readonly kind: "admitted"; readonly key: string | null; readonly body: Uint8Array<ArrayBuffer> };

/** Looks at the key, then reads the body; what is wrong with either is told before anything else. */
async function admit(request: Request, settings: RouteSettings): Promise<Admitted> {
  const safe = safeMethods.has(request.method);
  const reading = safe ? missing : readKey(request.headers.get(keyHeader));
  if (reading.kind === "invalid") return { kind: "refused", code: "key-invalid", detail: reading.why };
  if (reading.kind === "missing" && settings.required && !safe)
    return {
      kind: "refused",
      code: "key-missing",
      detail: "Send a header Idempotency-Key with a value of your own, the same one when you send it again.",
    };
  const body = await readRequestBody(request, settings.bodyBytesMax);
  if (body === null)
    return {
      kind: "refused",
      code: "request-too-large",
      detail: `${settings.bodyBytesMax} bytes are the limit: the whole body tells two requests apart.`,
    };
  return { kind: "admitted", key: reading.kind === "key" ? reading.key : null, body };
}

function run(job: Job): Promise<Response> {
  switch (job.settings.mode) {
    case "tx":
      return runInTx(job);
    case "lease":
      return runLeased(job);
    case "cache":
      return runCached(job);
  }
}

function fingerprintFor(request: Request, settings: RouteSettings, body: Uint8Array): string {
  const { pathname, search } = new URL(request.url);
  return fingerprintOf({
    method: request.method,
    route: settings.route ?? pathname + search,
    headers: settings.fingerprintHeaders.map((name) => [name, request.headers.get(name)]),
    body,
  });
}

/** MariaDB and MySQL take texts for one that differ in the blanks at their ends, and halves of characters are all written alike. */
function checkedScope(scope: unknown): string {
  const fits = typeof scope === "string" && scope.length <= 255 && !scope.includes("\0");
  if (fits && !scope.endsWith(" ") && scope.isWellFormed()) return scope;
  throw new DeliveryError(
    "CONFIGURATION",
    "scope gave no text of at most 255 characters without blanks at its end: keys of different users would meet.",
  );
}

function checkedResponse(response: unknown): Response {
  if (typeof response === "object" && response !== null && "status" in response && "headers" in response)
    return response as Response;
  throw new DeliveryError(
    "CONFIGURATION",
    "The handler gave no Response: return what the client is to be answered with.",
  );
}
