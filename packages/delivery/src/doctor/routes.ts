import type { RouteFacts } from "../guarantees/facts.ts";
import { spokenMs } from "../guarantees/horizon.ts";
import type { RouteGuarantee } from "../guarantees.ts";
import type { DoctorLimits, Finding } from "./check.ts";

/** What does not fit together along a route, though each part by itself is in order. */
export function routeFindings(
  guaranteed: readonly RouteGuarantee[],
  routes: readonly RouteFacts[],
  limits: DoctorLimits,
): readonly Finding[] {
  return [
    ...guaranteed.flatMap(lossFindings),
    ...guaranteed.flatMap(dedupeFindings),
    ...routes.flatMap((route) => sizeFindings(route, limits)),
  ];
}

function lossFindings({ type, broker, losses }: RouteGuarantee): readonly Finding[] {
  return losses
    .filter(({ code }) => code !== "store-in-memory")
    .map(({ code, sentence }) => ({
      code: `route-${code}`,
      severity: code === "broker-power-cut" ? "weakened" : "broken",
      where: `${type} by ${broker}`,
      message: `${sentence.charAt(0).toUpperCase()}${sentence.slice(1)}.`,
      remedy:
        code === "broker-power-cut"
          ? "Replicate the stream over machines that do not fail together, or let the broker sync before it confirms."
          : "Use durable queues or streams with acknowledgements for this route.",
    }));
}

function dedupeFindings(route: RouteGuarantee): readonly Finding[] {
  const { type, broker, kind, brokerDedupeMs, brokerDedupeCovers, consumers } = route;
  const findings: Finding[] = [];
  if (brokerDedupeMs > 0 && !brokerDedupeCovers)
    findings.push({
      code: "route-broker-dedupe-short",
      severity: consumers.length > 0 ? "note" : "weakened",
      where: `${type} by ${broker}`,
      message: `${kind} recognises what is published again for ${spokenMs(brokerDedupeMs)}, less than an outage or a retry may last: duplicates pass it.`,
      remedy:
        consumers.length > 0
          ? "Nothing, as long as every consumer dedupes by itself, as those of Holdfast do."
          : "Let consumers dedupe by message id, or lengthen the broker's window.",
    });
  for (const { consumer, dedupeMs, dedupeCovers, horizon } of consumers)
    if (!dedupeCovers && dedupeMs !== null)
      findings.push({
        code: "consumer-dedupe-short",
        severity: "weakened",
        where: `consumer ${consumer}, ${type}`,
        message: `It recognises duplicates for ${spokenMs(dedupeMs)}, and a message may come again after ${spokenMs(horizon.totalMs)}: later ones become dead letters, too-old.`,
        remedy: `Set dedupe to ${spokenMs(Math.ceil(horizon.totalMs / 86_400_000) * 86_400_000)} or more, or to "sequence" for ordered messages.`,
      });
  return findings;
}

function sizeFindings({ type, broker, guarantees }: RouteFacts, limits: DoctorLimits): readonly Finding[] {
  if (guarantees.bytesMax >= limits.payloadBytesMax) return [];
  return [
    {
      code: "route-payload-too-large",
      severity: "broken",
      where: `${type} by ${broker}`,
      message: `publish accepts ${limits.payloadBytesMax} bytes and the broker takes ${guarantees.bytesMax}: what lies between is dead-lettered after it was committed.`,
      remedy: `Lower payloadBytesMax to ${guarantees.bytesMax}, or raise the broker's limit.`,
    },
  ];
}
