import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

/**
 * An adapter of a transport in another language: its program reads `GET http://…` line by line, makes that request with what it keeps alive,
 * and answers each with a line, `ok` or what went wrong. Calls are made one after another, as they come.
 */
export function piped([command, ...args]) {
  const child = spawn(command, args, { stdio: ["pipe", "pipe", "inherit"] });
  const waiting = [];
  const settle = (line) => waiting.shift()?.(line);
  createInterface({ input: child.stdout }).on("line", settle);
  child.on("error", ({ message }) => settle(message));
  child.on("exit", (code) => settle(`the program ended with ${code}`));
  return {
    meta: { ok: { body: "{}" } },
    call: async (baseUrl, { method = "GET" } = {}) => {
      const said = await new Promise((resolve) => {
        waiting.push(resolve);
        child.stdin.write(`${method} ${baseUrl}/v1/items\n`);
      });
      if (said !== "ok") throw new Error(said);
    },
  };
}
