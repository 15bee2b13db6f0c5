/** What the thread of a black hole is started with. */
export interface ToBlackHole {
  readonly port: number;
  /** One 32-bit number: other than 0 as soon as the black hole is to end. */
  readonly ended: SharedArrayBuffer;
  /** From where the proxy itself connects, to see whether the black hole holds. */
  readonly selfAddress: string;
}

/** What the thread of a black hole tells. Its times are those of the process, not of the run. */
export type FromBlackHole =
  | { readonly type: "ready" | "listening" }
  | { readonly type: "failed"; readonly because: string }
  | ({ readonly type: "ended" } & ConnectsSeen);

/** An attempt to connect; `endedMs` is `null` when it still went on at the last look. */
export interface SeenConnect {
  readonly beganMs: number;
  readonly endedMs: number | null;
}

/** All attempts to connect that were seen. */
export interface ConnectsSeen {
  /** False where the kernel shows no table of sockets: then nothing is known. */
  readonly counted: boolean;
  readonly connects: readonly SeenConnect[];
}

const synSent = "02";

/** Follows the attempts to connect to a port through looks at the kernel's tables of sockets (`/proc/net/tcp`, `tcp6`). */
export function connectWatch(about: Pick<ToBlackHole, "port" | "selfAddress">): {
  look(tables: string | null, nowMs: number): void;
  seen(): ConnectsSeen;
} {
  const open = new Map<string, number>();
  const over: SeenConnect[] = [];
  let counted = true;
  let lookedMs = 0;
  const connecting = connectingTo(about);
  return {
    look: (tables, nowMs) => {
      counted &&= tables !== null;
      const now = connecting(tables ?? "");
      for (const key of now) if (!open.has(key)) open.set(key, nowMs);
      for (const [key, beganMs] of open) {
        if (now.has(key)) continue;
        open.delete(key);
        // It ended between two looks: half-way is off by half an interval at most.
        over.push({ beganMs, endedMs: (lookedMs + nowMs) / 2 });
      }
      lookedMs = nowMs;
    },
    seen: () => {
      const left = [...open.values()].map((beganMs) => ({ beganMs, endedMs: null }));
      return { counted, connects: [...over, ...left].toSorted((a, b) => a.beganMs - b.beganMs) };
    },
  };
}

/** The sockets that wait for an answer to their SYN, our own left out, by local address and inode. */
function connectingTo({
  port,
  selfAddress,
}: Pick<ToBlackHole, "port" | "selfAddress">): (tables: string) => Set<string> {
  const hex = port.toString(16).toUpperCase().padStart(4, "0");
  const line = new RegExp(
    `^ *\\d+: (\\S+) [0-9A-F]+:${hex} ${synSent} \\S+ \\S+ \\S+ +\\d+ +\\d+ (\\d+)`,
    "gm",
  );
  const self = `${hexOf(selfAddress)}:`;
  return (tables) => {
    const found = [...tables.matchAll(line)].map(([, local = "", inode = ""]) => `${local} ${inode}`);
    return new Set(found.filter((key) => !key.startsWith(self)));
  };
}

/** An IPv4 address as the kernel's table writes it on machines of this byte order. */
function hexOf(address: string): string {
  const bytes = address.split(".").map((part) => Number(part).toString(16).toUpperCase().padStart(2, "0"));
  return bytes.reverse().join("");
}
