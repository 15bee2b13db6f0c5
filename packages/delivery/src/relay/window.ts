import { invariant } from "@holdfast/core";

/** How much is under way, from the claim until it is settled: what bounds the relay's memory and the duplicates of a crash. */
export interface Window {
  readonly messages: number;
  readonly bytes: number;
  add(bytes: number): void;
  remove(bytes: number): void;
  /** How much more fits. A single message larger than all fits when nothing else is under way. */
  room(): { readonly messages: number; readonly bytes: number };
}

/** A window that is empty. */
export function createWindow(most: { readonly messages: number; readonly bytes: number }): Window {
  let messages = 0;
  let bytes = 0;
  return {
    get messages() {
      return messages;
    },
    get bytes() {
      return bytes;
    },
    add(size) {
      messages += 1;
      bytes += size;
    },
    remove(size) {
      messages -= 1;
      bytes -= size;
      invariant(messages >= 0 && bytes >= 0, "window: no more is taken out than was put in");
    },
    room: () => ({
      messages: bytes >= most.bytes ? 0 : Math.max(0, most.messages - messages),
      bytes: Math.max(0, most.bytes - bytes),
    }),
  };
}
