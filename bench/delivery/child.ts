import { type ContenderName, contenders } from "./contenders/index.ts";
import type { Place } from "./run-name.ts";

/** What the parent asks of a contender's process. */
export type Request =
  | { readonly id: number; readonly ask: "fill" | "drain"; readonly count: number }
  | { readonly id: number; readonly ask: "rss" | "clean" | "arrived" | "purge" };

/** How a drain went. */
export interface Drained {
  readonly perSecond: number;
  /** The CPU time of the contender's process for each message. */
  readonly cpuMicros: number;
}

/** One contender in a process of its own. Tells the parent when it is there, and does what it is asked. */
const [name = "", place = ""] = process.argv.slice(2);
const contender = await contenders[name as ContenderName](JSON.parse(place) as Place);

/** From the first confirm to the last: connecting and starting is nobody's rate. */
async function drain(count: number): Promise<Drained> {
  let seen = 0;
  let firstMs = 0;
  let lastMs = 0;
  const before = process.cpuUsage();
  await contender.drain(count, () => {
    lastMs = performance.now();
    if (seen++ === 0) firstMs = lastMs;
  });
  const { user, system } = process.cpuUsage(before);
  return {
    perSecond: ((seen - 1) * 1_000) / (lastMs - firstMs),
    cpuMicros: (user + system) / seen,
  };
}

async function answer(request: Request): Promise<unknown> {
  switch (request.ask) {
    case "fill":
      return contender.fill(request.count);
    case "drain":
      return drain(request.count);
    case "arrived":
      return contender.arrived();
    case "purge":
      return contender.purge();
    case "rss":
      return process.memoryUsage.rss();
    case "clean":
      return contender.clean();
  }
}

process.on("message", (request: Request) => {
  void answer(request).then(
    (result) => process.send?.({ id: request.id, result }),
    (error: unknown) => process.send?.({ id: request.id, failure: String((error as Error).stack ?? error) }),
  );
});
process.on("disconnect", () => process.exit(0));
process.send?.({ id: 0 });
