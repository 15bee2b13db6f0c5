import { commands } from "./commands/index.ts";
import { dispatch } from "./dispatch.ts";
import { systemIo } from "./system-io.ts";
import { version } from "./version.ts";

process.exit(await dispatch(commands, version, process.argv.slice(2), systemIo()));
