import type { Clock } from "@holdfast/core";
import type { Exit } from "./child.ts";
import type { Consumer } from "./consumer.ts";

/** What is known of the life of a consumer's process, through restarts of ours. */
export interface Life {
  /** Kills it and starts it again; `null` where that cannot be done. */
  readonly restart: (() => Promise<void>) | null;
  /** How and when it ended by itself: not by a kill of ours; `null` while it lives. */
  byItself(): { readonly exit: Exit; readonly atMs: number | null } | null;
  /** It was killed by us and did not come back. */
  isKilled(): boolean;
}

/** Watches the process of a consumer from now on. */
export function watchLife(consumer: Pick<Consumer, "child" | "restart">, clock: Clock): Life {
  const { restart } = consumer;
  let exitedMs: number | null = null;
  /** From the kill of a restart until it is ready again. */
  let killed = false;
  const watch = (): void => {
    void consumer.child?.exited.then(() => {
      if (!killed) exitedMs = clock.monotonic();
    });
  };
  watch();
  return {
    restart:
      restart === null
        ? null
        : async () => {
            killed = true;
            exitedMs = null;
            await restart();
            killed = false;
            watch();
          },
    byItself: () => {
      const exit = killed ? null : (consumer.child?.exit() ?? null);
      return exit === null ? null : { exit, atMs: exitedMs };
    },
    isKilled: () => killed,
  };
}
