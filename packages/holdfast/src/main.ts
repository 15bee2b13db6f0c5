import { readFileSync } from "node:fs";
import { commands } from "./commands/index.ts";
import { dispatch } from "./dispatch.ts";
import { systemIo } from "./system-io.ts";

const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as {
  version: string;
};

process.exit(await dispatch(commands, version, process.argv.slice(2), systemIo()));
