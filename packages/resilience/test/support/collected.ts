import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/** Whether everything that is referred to is collected as garbage; a few rounds are given to it. */
export async function collected(references: readonly WeakRef<object>[]): Promise<boolean> {
  for (let round = 0; round < 10; round++) {
    collect();
    // What a WeakRef answered stays alive until its turn is over.
    await new Promise((resolve) => setImmediate(resolve));
    if (references.every((reference) => reference.deref() === undefined)) return true;
  }
  return false;
}

/** Collects garbage now. */
export function collect(): void {
  setFlagsFromString("--expose-gc");
  const gc = runInNewContext("gc") as () => void;
  gc();
}
