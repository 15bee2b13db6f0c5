/** Names of attributes: the conventions' where they have one, otherwise below `holdfast.delivery`. */
export const attribute = {
  system: "messaging.system",
  operation: "messaging.operation.name",
  operationType: "messaging.operation.type",
  errorType: "error.type",
  messageType: "holdfast.delivery.message_type",
  consumer: "holdfast.delivery.consumer",
  messageId: "messaging.message.id",
  conversationId: "messaging.message.conversation_id",
  attempt: "holdfast.delivery.attempt",
  sagaId: "holdfast.delivery.saga_id",
  sagaStep: "holdfast.delivery.saga_step",
  origin: "holdfast.delivery.origin",
  reason: "holdfast.delivery.reason",
  known: "holdfast.delivery.known",
  route: "holdfast.delivery.route",
  part: "holdfast.delivery.part",
  action: "holdfast.delivery.action",
  mode: "holdfast.delivery.mode",
  saga: "holdfast.delivery.saga",
} as const;

const identifier = /^[A-Za-z][A-Za-z0-9_.:/-]{0,63}$/;

/** What an error is counted under: its code or its name where that is one of few, and `_OTHER` otherwise. */
export function errorTypeOf(error: unknown): string {
  const { code, name } = (typeof error === "object" && error !== null ? error : {}) as {
    readonly code?: unknown;
    readonly name?: unknown;
  };
  if (typeof code === "string" && identifier.test(code)) return code;
  if (typeof name === "string" && name !== "Error" && identifier.test(name)) return name;
  return "_OTHER";
}
