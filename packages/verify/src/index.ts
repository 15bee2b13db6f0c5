export type * from "./model.ts";
export { checklistSchema } from "./report/checklist-schema.ts";
export type { Format } from "./report/format.ts";
export { formats } from "./report/index.ts";
export { isWorthALine, type ProgressOptions, progressLine, progressLines } from "./report/progress.ts";
export type { ProgressEvent } from "./report/progress-event.ts";
export { createProgressWriter, type ProgressTarget, type ProgressWriter } from "./report/progress-writer.ts";
export { renderTerminal, type TerminalOptions } from "./report/terminal.ts";
export { writeReport } from "./report/write-report.ts";
