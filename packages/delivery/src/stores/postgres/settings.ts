import type { SessionOptions } from "../../store.ts";

/** Settings of a session by their names. */
export type Settings = Readonly<Record<string, string>>;

/**
 * What a session is set to. With `byIndex` the planner is kept from reading whole tables: their statistics are often from a moment at which
 * the outbox was empty, and then a full one is read row by row.
 */
export function settingsOf({ purpose, relaxed = false, byIndex = false }: SessionOptions): Settings {
  return {
    application_name: purpose,
    ...(relaxed ? { synchronous_commit: "off" } : {}),
    ...(byIndex
      ? { enable_seqscan: "off", enable_hashjoin: "off", enable_mergejoin: "off", jit: "off" }
      : {}),
  };
}

/** The one statement that makes them; with `local`, for this transaction alone. Without parameters: postgres.js then says on which connection it went. */
export function settingStatement(settings: Settings, { local }: { readonly local: boolean }): string {
  const calls = Object.entries(settings).map(
    ([name, value]) => `set_config('${name}', '${value.replaceAll("'", "''")}', ${local})`,
  );
  return `select ${calls.join(", ")}`;
}
