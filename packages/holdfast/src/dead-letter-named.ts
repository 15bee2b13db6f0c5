import type { CodedError } from "@holdfast/core";
import type { DeadLetters } from "@holdfast/delivery/operations";
import { usage } from "./usage.ts";

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Whoever names a letter means one that is there: nothing done to none of them would pass for done. */
export async function checkLetter(letters: DeadLetters, id: string): Promise<void> {
  if (!uuid.test(id))
    throw usage(
      `${JSON.stringify(id)} is no id of a letter`,
      "holdfast dead-letters list prints the ids; options such as --type say which letters are meant.",
    );
  if ((await letters.show(id)) !== null) return;
  for await (const _ of letters.list({ messageId: id }, { limit: 1 }))
    throw usage(
      `there is no dead letter ${id}: it is the id of a message`,
      `Say --message ${id}, or name the letter: holdfast dead-letters list --message ${id}`,
    );
  throw noLetter(id);
}

/** No letter has this id. */
export function noLetter(id: string): CodedError {
  return usage(
    `there is no dead letter ${id}`,
    "holdfast dead-letters list prints the ids; one that was redriven or discarded is there no more.",
  );
}
