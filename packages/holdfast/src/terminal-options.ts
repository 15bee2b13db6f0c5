import type { TerminalOptions } from "@holdfast/verify";
import type { Io } from "./command.ts";

/** How a terminal is written to: no colour under `NO_COLOR`, in CI or into a pipe; plain letters in a C locale. */
export function terminalOptions(io: Io, told: Pick<TerminalOptions, "html" | "exit">): TerminalOptions {
  const { NO_COLOR, CI, FORCE_COLOR, LC_ALL, LC_CTYPE, LANG } = io.env;
  const wanted = FORCE_COLOR !== undefined && FORCE_COLOR !== "0";
  const color = wanted || (io.outIsTty && (NO_COLOR ?? "") === "" && CI === undefined);
  const locale = LC_ALL || LC_CTYPE || LANG || "";
  return {
    color,
    columns: Math.max(40, Math.min(io.columns, 120)),
    unicode: locale === "" || /utf-?8/i.test(locale),
    rows: 48,
    ...told,
  };
}
