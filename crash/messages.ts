import { type MessageType, message, type StandardSchema } from "@holdfast/delivery";
import { z } from "zod";

/** What a note and a step say. */
export interface NoteData {
  readonly id: string;
  readonly key: string;
  readonly fate: string;
}

const note: StandardSchema<NoteData> = z.object({ id: z.string(), key: z.string(), fate: z.string() });
const of: StandardSchema<{ readonly of: string }> = z.object({ of: z.string() });

/** Unordered. */
export const Note: MessageType<"crash.note", StandardSchema<NoteData>> = message("crash.note", {
  schema: note,
});
/** Ordered by key. */
export const Step: MessageType<"crash.step", StandardSchema<NoteData>> = message("crash.step", {
  schema: note,
  key: ({ key }) => key,
  ordered: true,
});
/** The broker refuses it until it is mended. */
export const Refused: MessageType<"crash.refused", StandardSchema<NoteData>> = message("crash.refused", {
  schema: note,
});
/** What the handler of a note sends on. */
export const Echo: MessageType<"crash.echo", typeof of> = message("crash.echo", { schema: of });
/** What a request sends: the request's key. */
export const Requested: MessageType<"crash.requested", typeof of> = message("crash.requested", {
  schema: of,
});
/** What a saga waits for, and sends to itself: the saga's id. */
export const Shipped: MessageType<"crash.shipped", typeof of> = message("crash.shipped", { schema: of });
