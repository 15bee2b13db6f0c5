import type { Envelope } from "../envelope.ts";
import { DeliveryError } from "../errors.ts";
import type { MessageDefinition } from "../message.ts";
import { describeIssues } from "../standard-schema.ts";

/** The data of a message, as its schema gives it out. Throws MESSAGE_INVALID for what is no JSON or not what the schema asks for. */
export async function decode(envelope: Envelope, { schema }: MessageDefinition): Promise<unknown> {
  const result = await schema["~standard"].validate(parse(envelope));
  if (result.issues === undefined) return result.value;
  throw new DeliveryError(
    "MESSAGE_INVALID",
    `The ${envelope.type} ${envelope.id} is not what its schema asks for: ${describeIssues(result.issues)}`,
    { remedy },
  );
}

const remedy =
  "Mend the producer, or let the consumer's schema take what is already on its way; then redrive the message.";

function parse({ type, id, contentType, body }: Envelope): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body));
  } catch (error) {
    throw new DeliveryError("MESSAGE_INVALID", `The ${type} ${id} (${contentType}) is no JSON in UTF-8.`, {
      cause: error,
      remedy,
    });
  }
}
