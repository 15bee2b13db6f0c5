import type { FailureClass } from "./classes/failure-class.ts";
import { classOf, classOfStatus } from "./classes/index.ts";
import { dependencyOf } from "./dependency.ts";
import type { AccessTold, Entry } from "./entry.ts";

/** What a line of an access log is a sign of: a failure that the proxy met itself, or what was answered through it. */
export type AccessSign =
  | { readonly kind: "success"; readonly dependency: string | null }
  | {
      readonly kind: "answered";
      readonly failed: boolean;
      readonly dependency: string | null;
      readonly class: FailureClass | null;
    }
  | {
      readonly kind: "failure";
      readonly dependency: string | null;
      readonly class: FailureClass;
      readonly explicit: boolean;
    };

/** What Envoy's response flags say that happened; of several, the first in this order counts. */
const flagged: Readonly<Record<string, string>> = {
  FI: "injected",
  DF: "name-resolution",
  UF: "unreachable",
  UH: "unreachable",
  UT: "timeout",
  DT: "timeout",
  UMSDR: "timeout",
  SI: "timeout",
  UC: "connection-lost",
  UR: "connection-lost",
  LR: "connection-lost",
  UPE: "unreadable",
  UO: "gave-up",
  OM: "resources",
  NC: "not-routed",
  NR: "not-routed",
  RL: "throttled",
  RLSE: "throttled",
};

/** What a line of an access log is a sign of; `status` is 0 where nobody was answered. */
export function accessSign(entry: Entry, access: AccessTold, status: number): AccessSign {
  const dependency = dependencyOf(entry);
  if (access.leftByClient) return { kind: "answered", failed: true, dependency, class: classOf("cancelled") };
  const met = status >= 500 || status === 0 || status === 429 ? metByProxy(access, status) : null;
  if (met !== null) return { kind: "failure", dependency, class: classOf(met), explicit: true };
  const failed = status >= 500 || status === 429;
  const answered = failed || (access.outbound && status >= 400) ? answeredClass(access, status) : null;
  if (answered !== null && access.outbound)
    return { kind: "failure", dependency, class: answered, explicit: true };
  if (access.outbound && status >= 200) return { kind: "success", dependency };
  return { kind: "answered", failed, dependency, class: answered };
}

/** What the proxy saw of whom it called, and not heard from it. */
function metByProxy({ flags, unanswered }: AccessTold, status: number): string | null {
  const told = flags === null ? [] : flags.split(",");
  const found = Object.keys(flagged).find((flag) => told.includes(flag));
  if (found !== undefined) return flagged[found] ?? null;
  if (!unanswered) return null;
  return status === 504 ? "timeout" : status === 502 ? "connection-failed" : null;
}

/** Envoy's flags tell its own failures, so that what has none was answered by the upstream; nginx uses 502 and 504 for its own as well. */
function answeredClass({ flags }: AccessTold, status: number): FailureClass | null {
  if (status === 502 && flags === null) return classOf("bad-gateway");
  return status === 504 && flags === null ? classOf("timeout") : classOfStatus(status);
}
