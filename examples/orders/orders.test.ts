import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { connect } from "node:net";
import { join } from "node:path";
import { describe, it } from "node:test";
import { narrator } from "./story/narrator.ts";

async function told(
  ...args: readonly string[]
): Promise<{ readonly status: number | null; readonly text: string }> {
  const child = spawn(process.execPath, [join(import.meta.dirname, "story.ts"), ...args], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  let text = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (chunk: string) => {
      text += chunk;
    });
  await once(child, "close");
  return { status: child.exitCode, text };
}

async function absent(name: string, port: number): Promise<string | false> {
  const socket = connect({ host: "127.0.0.1", port, timeout: 2_000 });
  const answers = await new Promise<boolean>((resolve) => {
    socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
    socket.once("timeout", () => resolve(false));
  });
  socket.destroy();
  return answers ? false : `service: ${name} does not answer on 127.0.0.1:${port}`;
}

/** What every telling has to hold. */
function checkStory({ status, text }: { readonly status: number | null; readonly text: string }): void {
  assert.equal(status, 0, text);
  assert.match(text, /^All \d+ claims held\.$/m);
  assert.equal(text.match(/^\d\. /gm)?.length, 5, text);
  for (const line of text.split("\n")) assert.ok(line.length <= 80, line);
}

const missing = (await absent("postgres", 5432)) || (await absent("rabbitmq", 5672));

describe("the story of orders", () => {
  it("holds on the embedded default: one process, SQLite, no broker", async () => checkStory(await told()));

  it("holds on PostgreSQL and RabbitMQ, with a worker of its own", { skip: missing }, async () =>
    checkStory(await told("--postgres", "--rabbitmq")),
  );
});

describe("the narrator", () => {
  it("ends with 1 when anything did not hold, and says what it was instead", () => {
    const lines: string[] = [];
    const one = narrator((line) => void lines.push(line));
    one.check("two and two are four", true);
    assert.equal(one.end(), 0);
    one.check("one and one are three", false, 2);
    assert.equal(one.end(), 1);
    assert.deepEqual(lines, [
      "   ok  two and two are four",
      "\nAll 1 claims held.",
      "   NOT one and one are three: it is 2",
      "\n1 of 2 claims did NOT hold.",
    ]);
  });
});
