import type { DeliveryEvent, Emit } from "./events.ts";

/**
 * A listener of the user's that cannot disturb the work it is told of: a message whose confirm has come must be settled whatever becomes of a
 * line in a log. What it throws, or rejects with later on, is a warning of the process.
 */
export function guardedListener(onEvent: ((event: DeliveryEvent) => unknown) | undefined): Emit {
  if (onEvent === undefined) return () => {};
  const warn = (error: unknown): void => {
    process.emitWarning(`A listener to events of delivery threw: ${String(error)}`, {
      code: "HOLDFAST_LISTENER",
    });
  };
  return (event) => {
    try {
      const told = onEvent(event);
      if (told instanceof Promise) told.catch(warn);
    } catch (error) {
      warn(error);
    }
  };
}
