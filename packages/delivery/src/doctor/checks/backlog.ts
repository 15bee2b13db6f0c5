import { redrivesUnsuspicious } from "../../dead-letters/redrive.ts";
import { spokenMs } from "../../guarantees/horizon.ts";
import { type Backlog, backlog } from "../../statistics.ts";
import { type Check, type CheckContext, defineCheck, type Finding } from "../check.ts";

/** What waits for longer than it should. */
export const waiting: Check = defineCheck<Backlog>({
  id: "backlog",
  dialects: ["postgres", "mysql", "sqlite"],
  about: "messages that wait, and dead letters",
  ask: (session, { tables }) => backlog(session, tables),
  judge: (found, context) => [
    ...outboxFindings(found, context),
    ...parkedFindings(found, context),
    ...deadFindings(found),
  ],
});

function outboxFindings({ outbox }: Backlog, { limits }: CheckContext): readonly Finding[] {
  if (outbox.oldestMs === null || outbox.oldestMs <= limits.oldestUnsentMs) return [];
  const failing = outbox.failing === 0 ? "" : `; ${outbox.failing} of them failed to be published`;
  return [
    {
      code: "outbox-stuck",
      severity: "weakened",
      where: "outbox",
      message: `${waitingText(outbox)}, the oldest for ${spokenMs(outbox.oldestMs)}${failing}.`,
      remedy: "Look whether a relay runs, whether its broker answers, and whether every message has a route.",
    },
  ];
}

function waitingText({ messages, capped }: Backlog["outbox"]): string {
  if (capped) return `More than ${messages} messages wait`;
  return messages === 1 ? "1 message waits" : `${messages} messages wait`;
}

function parkedFindings({ parked }: Backlog, { limits }: CheckContext): readonly Finding[] {
  return parked
    .filter(({ gaps, oldestMs }) => gaps > 0 && oldestMs > limits.oldestUnsentMs)
    .map(({ consumer, gaps, oldestMs }) => ({
      code: "consumer-gap",
      severity: "weakened",
      where: `consumer ${consumer}`,
      message: `${gaps} messages wait for one before them, the oldest for ${spokenMs(oldestMs)}.`,
      remedy: "Look for the missing one in the producer's outbox and among the dead letters.",
    }));
}

function deadFindings({ deadLetters }: Backlog): readonly Finding[] {
  if (deadLetters.letters === 0) return [];
  const findings: Finding[] = [
    {
      code: "dead-letters",
      severity: "note",
      where: "dead letters",
      message: `Messages that were given up: ${deadLetters.letters}${deadLetters.capped ? " or more" : ""}, the oldest ${spokenMs(deadLetters.oldestMs ?? 0)} ago.`,
      remedy: "holdfast dead-letters list shows them; mend the cause, then redrive.",
    },
  ];
  for (const { type, consumer, redrivesMost } of deadLetters.groups)
    if (redrivesMost > redrivesUnsuspicious)
      findings.push({
        code: "dead-letters-looping",
        severity: "weakened",
        where: consumer === null ? type : `${type} at ${consumer}`,
        message: `A message came back ${redrivesMost} times after it was redriven: what it dies of was not mended.`,
        remedy: "Read its errors with holdfast dead-letters show before it is redriven again.",
      });
  return findings;
}
