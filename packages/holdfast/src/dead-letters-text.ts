import type { DeadLetterSummary, ShownLetter } from "@holdfast/delivery/operations";
import { counted, cut, headline, oneLine, plainLines, spoken } from "./plain-text.ts";

/** Letters as a list: two lines each, in so many columns. */
export function listText(
  letters: readonly DeadLetterSummary[],
  { nowMs, more, columns }: { readonly nowMs: number; readonly more: boolean; readonly columns: number },
): string {
  const lines = letters.flatMap((letter) => [
    cut(headOf(letter, nowMs), columns),
    cut(`    ${placeOf(letter)}: ${headline(letter.error)}`, columns),
  ]);
  const foot = more
    ? `${counted(letters.length, "letter")}, and there are more: raise --limit, or narrow the filter.`
    : `${counted(letters.length, "letter")}.`;
  return `${[...lines, foot].join("\n")}\n`;
}

function headOf({ id, reason, deadMs, redrives }: DeadLetterSummary, nowMs: number): string {
  const again = redrives === 0 ? "" : `  redriven ${redrives === 1 ? "once" : `${redrives} times`}`;
  return `${id}  ${reason.padEnd(11)} ${spoken(Math.max(0, nowMs - deadMs)).padStart(7)} ago${again}`;
}

function placeOf({ type, consumer, key }: DeadLetterSummary): string {
  const at = consumer === null ? type : `${type} at ${consumer}`;
  return key === null ? at : `${at}, key ${oneLine(key)}`;
}

/** One letter, whole; its payload where it was asked for. */
export function letterText(
  letter: ShownLetter,
  { payload, nowMs }: { readonly payload: boolean; readonly nowMs: number },
): string {
  const { envelope } = letter;
  const fields: readonly (readonly [string, string])[] = [
    ["letter", letter.id],
    ["message", letter.messageId],
    ["type", envelope.type],
    ["source", oneLine(envelope.source)],
    ["key", envelope.key === null ? "none" : oneLine(envelope.key)],
    ["sequence", envelope.seq === null ? "none" : String(envelope.seq)],
    ["written", new Date(envelope.timeMs).toISOString()],
    [
      "given up",
      `${new Date(letter.deadMs).toISOString()}, ${spoken(Math.max(0, nowMs - letter.deadMs))} ago`,
    ],
    ["by", letter.consumer === null ? "the relay" : `consumer ${letter.consumer}`],
    ["reason", letter.reason],
    ["redriven", counted(letter.redrives, "time")],
    ...Object.entries(envelope.headers).map(([name, value]) => [`  ${name}`, oneLine(value)] as const),
  ];
  const width = Math.max(...fields.map(([name]) => name.length));
  return [
    ...fields.map(([name, value]) => `${name.padEnd(width)}  ${value}`),
    "",
    "error",
    ...indented(letter.error),
    ...historyLines(letter),
    ...auditLines(letter),
    "",
    `payload  ${counted(letter.bodyBytes, "byte")} of ${oneLine(envelope.contentType)}${payload ? "" : "; --payload shows them"}`,
    ...(payload ? indented(payloadOf(letter).data) : []),
    "",
  ].join("\n");
}

function indented(text: string): readonly string[] {
  return plainLines(text).map((line) => `    ${line}`);
}

function historyLines({ history }: ShownLetter): readonly string[] {
  if (history.length === 0) return [];
  const lines = history.map(
    ({ atMs, error }) => `    ${new Date(atMs).toISOString()}  ${cut(headline(error), 50)}`,
  );
  return ["", "attempts", ...lines];
}

function auditLines({ audit }: ShownLetter): readonly string[] {
  if (audit.length === 0) return [];
  const lines = audit.map(({ atMs, action, actor, reason, note }) =>
    `    ${new Date(atMs).toISOString()}  ${action} by ${oneLine(actor)}, had ${reason} ${oneLine(note)}`.trimEnd(),
  );
  return ["", "what was done with it before", ...lines];
}

/** A payload as text where it is text, in base64 otherwise. */
export function payloadOf({ envelope }: ShownLetter): {
  readonly encoding: "utf8" | "base64";
  readonly data: string;
} {
  try {
    return { encoding: "utf8", data: new TextDecoder("utf-8", { fatal: true }).decode(envelope.body) };
  } catch {
    return { encoding: "base64", data: Buffer.from(envelope.body).toString("base64") };
  }
}
