import type { CodedError } from "@holdfast/core";
import type { DeadLetterFilter, DeadLetters } from "@holdfast/delivery/operations";
import { usage } from "./usage.ts";

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/**
 * Whoever names a letter means one that is there, and that is what the other options say: nothing done to none of them would pass for
 * done.
 */
export async function checkLetter(letters: DeadLetters, id: string, filter: DeadLetterFilter): Promise<void> {
  if (!uuid.test(id))
    throw usage(
      `${JSON.stringify(id)} is no id of a letter`,
      "holdfast dead-letters list prints the ids; options such as --type say which letters are meant.",
    );
  if ((await letters.show(id)) !== null) return checkFilter(letters, id, filter);
  for await (const _ of letters.list({ messageId: id }, { limit: 1 }))
    throw usage(
      `there is no dead letter ${id}: it is the id of a message`,
      `Say --message ${id}, or name the letter: holdfast dead-letters list --message ${id}`,
    );
  throw noLetter(id);
}

const optionNames: Partial<Readonly<Record<string, string>>> = {
  messageId: "message",
  redrivesMax: "redrives-max",
};

async function checkFilter(letters: DeadLetters, id: string, filter: DeadLetterFilter): Promise<void> {
  const unlike: string[] = [];
  for (const [name, value] of Object.entries(filter))
    if (name !== "ids" && !(await isOf(letters, { ids: [id], [name]: value })))
      unlike.push(`--${optionNames[name] ?? name}`);
  if (unlike.length === 0) return;
  throw usage(
    `the dead letter ${id} is there, but is none of those that ${unlike.join(" and ")} ${unlike.length === 1 ? "asks" : "ask"} for`,
    `holdfast dead-letters show ${id} prints what it is; leave out ${unlike.join(" and ")} if it is meant all the same.`,
  );
}

async function isOf(letters: DeadLetters, filter: DeadLetterFilter): Promise<boolean> {
  for await (const _ of letters.list(filter, { limit: 1 })) return true;
  return false;
}

/** No letter has this id. */
export function noLetter(id: string): CodedError {
  return usage(
    `there is no dead letter ${id}`,
    "holdfast dead-letters list prints the ids; one that was redriven or discarded is there no more.",
  );
}
