import { invariant } from "@holdfast/core";

/** So many messages, and so many bytes. */
export interface Amount {
  readonly messages: number;
  readonly bytes: number;
}

/** How much is under way, from the claim until it is settled: what bounds the relay's memory and the duplicates of a crash. */
export interface Window extends Amount {
  /** The most that one claim takes where messages may be under way until they are consumed: half a share. */
  readonly part: Amount;
  add(type: string, bytes: number): void;
  remove(type: string, bytes: number): void;
  /** How much more fits. A single message larger than all fits when nothing else is under way. */
  room(): Amount;
  /** Message names that have half their share or more: with what another claim may bring, they have all of it. */
  crowding(): readonly string[];
}

/** What a window asks and tells. */
export interface WindowParts {
  /** Whether messages of a name are under way until they are consumed: each such name has a share, a quarter of the window. */
  readonly lasts: (type: string) => boolean;
  /** Called when a name that was crowding has room again. */
  readonly onShare: () => void;
}

const partsOfAll = 8;

/** A window that is empty. */
export function createWindow(most: Amount, { lasts, onShare }: WindowParts): Window {
  const part = {
    messages: Math.max(1, Math.floor(most.messages / partsOfAll)),
    bytes: Math.max(1, Math.floor(most.bytes / partsOfAll)),
  };
  const byType = new Map<string, Amount>();
  let messages = 0;
  let bytes = 0;
  const crowds = (type: string): boolean => {
    const held = byType.get(type);
    return held !== undefined && (held.messages >= part.messages || held.bytes >= part.bytes) && lasts(type);
  };
  const count = (type: string, one: 1 | -1, size: number): void => {
    const held = byType.get(type) ?? { messages: 0, bytes: 0 };
    messages += one;
    bytes += size;
    if (held.messages + one === 0) byType.delete(type);
    else byType.set(type, { messages: held.messages + one, bytes: held.bytes + size });
  };
  return {
    part,
    get messages() {
      return messages;
    },
    get bytes() {
      return bytes;
    },
    add: (type, size) => count(type, 1, size),
    remove(type, size) {
      const crowded = crowds(type);
      count(type, -1, -size);
      invariant(messages >= 0 && bytes >= 0, "window: no more is taken out than was put in");
      if (crowded && !crowds(type)) onShare();
    },
    room: () => ({
      messages: bytes >= most.bytes ? 0 : Math.max(0, most.messages - messages),
      bytes: Math.max(0, most.bytes - bytes),
    }),
    crowding: () => [...byType.keys()].filter(crowds),
  };
}
