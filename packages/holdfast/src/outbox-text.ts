import { wrapped } from "@holdfast/core";
import type { Backlog, DoctorReport, Finding } from "@holdfast/delivery/operations";
import { counted, oneLine, spoken } from "./plain-text.ts";

/** What waits, as people read it. */
export function backlogText({ outbox, parked, deadLetters }: Backlog, shown: string): string {
  const rows: readonly (readonly [string, string])[] = [
    ["outbox", outboxLine(outbox)],
    ...parked.map(({ consumer, messages, gaps, oldestMs }) => {
      const waiting = gaps === 0 ? "" : `, ${gaps} of them for one before`;
      return [
        `parked by ${consumer}`,
        `${counted(messages, "message")}${waiting}, oldest ${spoken(oldestMs)}`,
      ] as const;
    }),
    ["dead letters", deadLine(deadLetters)],
    ...deadLetters.groups.map(
      ({ type, consumer, reason, letters }) =>
        ["", `${letters} ${type}${consumer === null ? "" : ` at ${consumer}`}, ${reason}`] as const,
    ),
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  return `${[shown, "", ...rows.map(([name, value]) => `${name.padEnd(width)}  ${oneLine(value)}`)].join("\n")}\n`;
}

function outboxLine({ messages, delayed, failing, oldestMs, capped }: Backlog["outbox"]): string {
  if (messages === 0) return "empty";
  const parts = [
    `${capped ? "more than " : ""}${counted(messages, "message")}`,
    ...(oldestMs === null ? [] : [`oldest waits for ${spoken(oldestMs)}`]),
    ...(delayed === 0 ? [] : [`${delayed} delayed on purpose`]),
    ...(failing === 0 ? [] : [`${failing} failed to be published`]),
  ];
  return parts.join(", ");
}

function deadLine({ letters, oldestMs, capped }: Backlog["deadLetters"]): string {
  if (oldestMs === null) return "none";
  return `${capped ? "more than " : ""}${letters}, oldest ${spoken(oldestMs)}`;
}

const labelColumns = 10;

/** What the doctor found, as people read it, in so many columns. */
export function doctorText({ findings, asked }: DoctorReport, shown: string, columns: number): string {
  const lines = findings.flatMap((finding) => [...findingLines(finding, columns), ""]);
  const told =
    findings.length === 0
      ? `Nothing found in ${counted(asked.length, "check")}.`
      : `${counted(findings.length, "finding")} in ${counted(asked.length, "check")}.`;
  return `${[shown, "", ...lines, told].join("\n")}\n`;
}

function findingLines(
  { severity, code, where, message, remedy }: Finding,
  columns: number,
): readonly string[] {
  const indent = " ".repeat(labelColumns);
  const text = [
    ...wrapped(oneLine(message), columns - labelColumns),
    ...wrapped(`Remedy: ${oneLine(remedy)}`, columns - labelColumns),
  ];
  return [
    `${severity.padEnd(labelColumns)}${code}  ${oneLine(where)}`,
    ...text.map((line) => `${indent}${line}`),
  ];
}
