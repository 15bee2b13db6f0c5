import { fork } from "node:child_process";
import { join } from "node:path";
import type { Drained, Request } from "./child.ts";
import type { ContenderName } from "./contenders/index.ts";
import { type Place, placeOf } from "./run-name.ts";

/** A contender in its process. */
export interface Remote {
  readonly name: ContenderName;
  fill(count: number): Promise<void>;
  drain(count: number): Promise<Drained>;
  arrived(): Promise<number>;
  purge(): Promise<void>;
  rssBytes(): Promise<number>;
  /** Has it take away what it made, and ends its process. */
  end(): Promise<void>;
}

interface Answer {
  readonly id: number;
  readonly result?: unknown;
  readonly failure?: string;
}

/** Starts a contender in a process of its own. */
export async function start(
  run: string,
  name: ContenderName,
  place: Place = placeOf(run, name),
): Promise<Remote> {
  const child = fork(join(import.meta.dirname, "child.ts"), [name, JSON.stringify(place)], {
    execArgv: ["--conditions=@holdfast/source", "--disable-warning=ExperimentalWarning"],
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  const waiting = new Map<number, (answer: Answer) => void>();
  let ids = 0;
  child.on("message", (answer: Answer) => waiting.get(answer.id)?.(answer));
  child.on("exit", (code) => {
    for (const [id, end] of waiting) end({ id, failure: `${name} ended with ${code}` });
  });
  const answered = async (id: number): Promise<unknown> => {
    const { promise, resolve } = Promise.withResolvers<Answer>();
    waiting.set(id, resolve);
    const { result, failure } = await promise;
    waiting.delete(id);
    if (failure !== undefined) throw new Error(`${name}: ${failure}`);
    return result;
  };
  const ask = (request: Asked): Promise<unknown> => {
    const id = ++ids;
    child.send({ id, ...request });
    return answered(id);
  };
  await answered(0);
  return {
    name,
    fill: async (count) => void (await ask({ ask: "fill", count })),
    drain: (count) => ask({ ask: "drain", count }) as Promise<Drained>,
    arrived: () => ask({ ask: "arrived" }) as Promise<number>,
    purge: async () => void (await ask({ ask: "purge" })),
    rssBytes: () => ask({ ask: "rss" }) as Promise<number>,
    async end() {
      if (child.connected) await ask({ ask: "clean" }).catch((error: unknown) => console.error(error));
      child.disconnect();
    },
  };
}

type Asked = Request extends infer One ? (One extends Request ? Omit<One, "id"> : never) : never;
