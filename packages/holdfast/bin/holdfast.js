#!/usr/bin/env node
// Starts the command line, installed from a package (dist) or out of a clone (src, types stripped by Node).
// Plain JavaScript that old Nodes can read: its first duty is to say what is missing.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { constants } from "node:os";
import { delimiter, dirname, join, sep } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const floor = [22, 18, 0];
const here = dirname(fileURLToPath(import.meta.url));
const built = join(here, "..", "dist", "main.js");
const source = join(here, "..", "src", "main.ts");
const inClone = existsSync(source) && here.indexOf(`${sep}node_modules${sep}`) < 0;
const condition = "--conditions=@holdfast/source";

function isOldNode() {
  const now = process.versions.node.split(".").map(Number);
  for (let i = 0; i < floor.length; i++) if (now[i] !== floor[i]) return now[i] < floor[i];
  return false;
}

function lockedNode() {
  const name = `node-${process.platform}-${process.arch}`;
  const found = join(here, "..", "..", "..", "node_modules", name, "bin", "node");
  return existsSync(found) ? found : null;
}

/** The Node that runs this comes first on the path, so that a service started with `node` gets one as new. */
function again(node) {
  const env = Object.assign({}, process.env, { PATH: dirname(node) + delimiter + (process.env.PATH || "") });
  let child = null;
  // Before there is a child, so that no signal can end this process alone.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
  // The channel tells the child when this process is killed.
  child = spawn(node, [condition, fileURLToPath(import.meta.url), ...process.argv.slice(2)], {
    stdio: ["inherit", "inherit", "inherit", "ipc"],
    env,
  });
  child.on("exit", (code, signal) => {
    if (signal !== null) process.stderr.write(`holdfast: ended by ${signal}\n`);
    process.exit(signal === null ? code : 128 + constants.signals[signal]);
  });
}

function refuse() {
  process.stderr.write(
    `holdfast: NODE_TOO_OLD: this is Node ${process.versions.node}, Holdfast needs ${floor.join(".")} or newer.\n` +
      "  Remedy: install a newer Node, or run `npm ci` in the clone: it brings one along.\n",
  );
  process.exit(4);
}

if (!inClone) {
  if (isOldNode()) refuse();
  else await import(pathToFileURL(built).href);
} else if (process.execArgv.indexOf(condition) >= 0 && !isOldNode()) {
  await import(pathToFileURL(source).href);
} else {
  const node = isOldNode() ? lockedNode() : process.execPath;
  if (node === null) refuse();
  else again(node);
}
