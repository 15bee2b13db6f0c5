// Runs a script of this repository with the locked Node, after installing what is missing.
//
//   node scripts/bootstrap.mjs <script> [arguments …]
//
// Plain JavaScript without dependencies, for Node 14 and newer: it is the one file that has to run on whatever Node a fresh
// clone meets. HOLDFAST_NODE=/path/to/node chooses another Node.
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { constants } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const floor = [22, 18, 0];
const root = dirname(dirname(fileURLToPath(import.meta.url)));
const modules = join(root, "node_modules");
const lockFile = join(root, "package-lock.json");
const installedLock = join(modules, ".package-lock.json");
const stampFile = join(modules, ".holdfast-installed");

/** Exit status 4: the environment failed, not the code. */
function giveUp(message, remedy) {
  process.stderr.write(`\nholdfast: ${message}\n  ${remedy}\n`);
  process.exit(4);
}

function lockDigest() {
  return createHash("sha256").update(readFileSync(lockFile)).digest("hex");
}

function isInstalled() {
  if (!existsSync(installedLock)) return false;
  if (existsSync(stampFile)) return readFileSync(stampFile, "utf8") === lockDigest();
  return statSync(installedLock).mtimeMs >= statSync(lockFile).mtimeMs;
}

function remedyFor(output) {
  if (/ENOSPC|EDQUOT/.test(output))
    return "The disk is full: free about 500 MB and run the same command again.";
  if (/EACCES|EPERM|EROFS/.test(output))
    return "This folder cannot be written: check its owner and permissions.";
  if (/ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|ENOTCACHED/.test(output)) {
    return "The package registry was not reached: check the network or the proxy settings of npm, then run the same command again.";
  }
  if (/EUSAGE|lockfileVersion|in sync/.test(output)) {
    return "package.json and package-lock.json disagree, or npm is older than 8: run `npm install` with a current npm.";
  }
  return "Run `npm ci` by itself to see all of its output.";
}

function installPackages() {
  process.stderr.write("holdfast: installing the locked development packages (npm ci), once …\n");
  const arguments_ = ["ci", "--no-audit", "--no-fund", "--loglevel=error"];
  const viaNpm = process.env.npm_execpath;
  const useExecPath = viaNpm !== undefined && /npm-cli\.c?js$/.test(viaNpm) && existsSync(viaNpm);
  const startedAt = Date.now();
  const result = spawnSync(
    useExecPath ? process.execPath : "npm",
    useExecPath ? [viaNpm].concat(arguments_) : arguments_,
    { cwd: root, stdio: ["ignore", "inherit", "pipe"], encoding: "utf8", maxBuffer: 64 * 1024 * 1024 },
  );
  const output = String(result.stderr || "");
  if (result.error && result.error.code === "ENOENT") {
    giveUp(
      "npm was not found.",
      "Install Node.js with npm (any version from 16), then run the same command again.",
    );
  }
  if (result.status !== 0) {
    process.stderr.write(output);
    giveUp(`npm ci failed (${result.signal || `exit status ${result.status}`}).`, remedyFor(output));
  }
  writeFileSync(stampFile, lockDigest());
  process.stderr.write(`holdfast: installed in ${((Date.now() - startedAt) / 1000).toFixed(1)} s\n`);
}

function isAtFloor(version) {
  const parts = version.split(".").map(Number);
  for (let at = 0; at < floor.length; at++) {
    if (parts[at] !== floor[at]) return parts[at] > floor[at];
  }
  return true;
}

/** The Nodes that may run the script, best first. */
function candidates() {
  const chosen = process.env.HOLDFAST_NODE;
  if (chosen) {
    if (!existsSync(chosen))
      giveUp(`HOLDFAST_NODE names ${chosen}, which is not there.`, "Correct or unset HOLDFAST_NODE.");
    return [chosen];
  }
  const locked = join(modules, `node-${process.platform}-${process.arch}`, "bin", "node");
  const nodes = existsSync(locked) ? [locked] : [];
  if (isAtFloor(process.versions.node)) nodes.push(process.execPath);
  return nodes;
}

function run(nodes, script, rest) {
  const node = nodes[0];
  if (node === undefined) {
    giveUp(
      `Node ${floor.join(".")} or newer is needed; this is ${process.versions.node}, and no Node is locked for ${process.platform}-${process.arch}.`,
      "Install a current Node.js, or set HOLDFAST_NODE to one.",
    );
  }
  const env = Object.assign({}, process.env, { PATH: dirname(node) + delimiter + (process.env.PATH || "") });
  const child = spawn(node, ["--conditions=@holdfast/source", script].concat(rest), {
    stdio: "inherit",
    env,
  });
  const forwarded = ["SIGTERM", "SIGHUP", "SIGINT"];
  const forward = (signal) => {
    // A terminal sends Ctrl-C to the child as well; twice would mean "stop at once".
    if (signal !== "SIGINT" || !process.stdin.isTTY) child.kill(signal);
  };
  for (const signal of forwarded) process.on(signal, forward);
  child.on("error", (error) => {
    for (const signal of forwarded) process.removeListener(signal, forward);
    if (nodes.length > 1) run(nodes.slice(1), script, rest);
    else
      giveUp(
        `${node} did not start (${error.code}).`,
        "Set HOLDFAST_NODE to a Node that runs on this machine.",
      );
  });
  child.on("exit", (status, signal) => {
    process.exitCode = signal === null ? status : 128 + (constants.signals[signal] || 0);
  });
}

const [script, ...rest] = process.argv.slice(2);
if (script === undefined) giveUp("no script was named.", "node scripts/bootstrap.mjs <script> [arguments …]");
if (!existsSync(join(root, script)))
  giveUp(`there is no ${script}.`, "Name a script below the root of the repository.");
if (!isInstalled()) installPackages();
run(candidates(), join(root, script), rest);
