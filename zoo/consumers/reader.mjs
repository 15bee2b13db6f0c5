/** Has answers read by a program in another language: a line with a body goes in, `ok` or what is wrong with it comes out. */
import { execFileSync, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { exchangeByHttp } from "./exchange.mjs";

const here = fileURLToPath(new URL(".", import.meta.url));
const compiler = "javac";
const classes = fileURLToPath(new URL("../../node_modules/.cache/holdfast-zoo-java/", import.meta.url));

/** The reader of a Python file. */
export function readerInPython(file) {
  return reader("python3", [join(here, file)]);
}

/** The reader of a Java file with one class, compiled once for all instances: a compiler for each would be their whole load. */
export function readerInJava(name) {
  const source = join(here, `${name}.java`);
  const digest = createHash("sha256").update(readFileSync(source)).digest("hex").slice(0, 12);
  const home = join(classes, `${name}-${digest}`);
  if (!existsSync(home)) {
    mkdirSync(classes, { recursive: true });
    const made = mkdtempSync(join(classes, "making-"));
    execFileSync(compiler, ["-d", made, source]);
    try {
      renameSync(made, home);
    } catch {
      rmSync(made, { recursive: true, force: true }); // Another instance was faster; its classes are the same.
    }
  }
  return reader("java", ["-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp", home, name]);
}

/** Starts the program, and resolves once it is ready with a function that reads a body or throws. */
async function reader(command, parameters) {
  const child = spawn(command, parameters, { stdio: ["pipe", "pipe", "inherit"] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  await lines.next();
  let turn = Promise.resolve();
  return (text) => {
    const read = turn.then(async () => {
      child.stdin.write(`${text.replaceAll("\n", " ")}\n`);
      const { value } = await lines.next();
      if (value !== "ok") throw new Error(value ?? "the reader is gone");
    });
    turn = read.catch(() => {});
    return read;
  };
}

/** One request whose answer goes through a reader before it counts. */
export function exchangeWith(read) {
  return async (message) => {
    const answer = await exchangeByHttp(message);
    if (answer.status < 300) await read(answer.text);
    return answer;
  };
}
