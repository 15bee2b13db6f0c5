import type { Clock } from "@holdfast/core";
import { instancesOf, killNow } from "./process-table.ts";

const looksMax = 20;

/**
 * Ends what is left of instances, found by their marker in the process table; resolves once nothing is. Reading the whole table
 * costs more than ending an instance: those that end within `gatherMs` share a look.
 */
export function openSweeper(
  run: string,
  clock: Clock,
  gatherMs: number,
): (instance: string) => Promise<void> {
  let gathering: { readonly instances: Set<string>; readonly done: Promise<void> } | null = null;

  async function sweep(instances: ReadonlySet<string>): Promise<void> {
    await clock.sleep(gatherMs);
    gathering = null;
    for (let look = 0; look < looksMax; look++) {
      const left = instancesOf(run).filter(({ instance }) => instance !== null && instances.has(instance));
      if (left.length === 0) return;
      for (const { pid } of left) killNow(pid);
      await clock.sleep(10);
    }
  }

  return (instance) => {
    if (gathering === null) {
      const instances = new Set<string>();
      gathering = { instances, done: sweep(instances) };
    }
    gathering.instances.add(instance);
    return gathering.done;
  };
}
