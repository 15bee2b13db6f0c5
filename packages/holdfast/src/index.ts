export type { Command, CommandEntry, ExitStatus, Io } from "./command.ts";
export { commands } from "./commands/index.ts";
export { dispatch } from "./dispatch.ts";
