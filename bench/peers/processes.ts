import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { provider } from "./provider.ts";
import { type Defect, type Library, libraries, ours, type Run } from "./scenario.ts";

const run = promisify(execFile);
const child = fileURLToPath(new URL("child.ts", import.meta.url));
const longestMs = 10_000;

/** What a process of its own writes that plays a scene; `null` where it does not end by itself. */
async function play(library: Library, scene: "waits" | "finished", url: string): Promise<string | null> {
  const flags = ["--conditions=@holdfast/source", "--no-warnings"];
  try {
    const { stdout } = await run(process.execPath, [...flags, child, library, scene, url], {
      timeout: longestMs,
    });
    return stdout;
  } catch (error) {
    if ((error as { readonly killed?: boolean }).killed === true) return null;
    throw error;
  }
}

/** Whether the library has retries, to wait for; all have timeouts, or signals in their place, to be done with. */
const retries: ReadonlySet<Library> = new Set(["cockatiel", "p-retry", "undici", ours]);

const inProcesses =
  (library: Library): Run =>
  async () => {
    let asked = 0;
    const played = await provider(
      (response) => void response.writeHead(asked++ % 2 === 0 ? 503 : 200).end("answer"),
    );
    try {
      const waits = retries.has(library) ? await play(library, "waits", played.url) : "answer";
      asked = 1;
      const finished = await play(library, "finished", played.url);
      const seen = [
        ...(retries.has(library)
          ? [waits === "answer" ? "lives while it waits" : "ends while it waits"]
          : []),
        finished === "done" ? "ends when all is done" : "goes on when all is done",
      ];
      return { right: waits === "answer" && finished === "done", seen: seen.join(", ") };
    } finally {
      await played.close();
    }
  };

/** What keeps a process alive. */
export const processDefects: readonly Defect[] = [
  {
    id: "T28",
    what: "A process lives as long as a call waits for its retry, and no longer than its calls: not until their timeouts are due.",
    runs: Object.fromEntries(libraries.map((library) => [library, inProcesses(library)])),
    longestMs: 3 * longestMs,
  },
];
