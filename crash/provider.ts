import { join } from "node:path";
import { type Journal, journal, readJournal } from "./facts.ts";
import type { ProviderCall } from "./model.ts";

/** Somebody else's service that keeps its promise: a key takes effect once, and its ledger is on disk before it answers. */
export interface Provider {
  call(key: string, what: string): string;
  close(): void;
}

/** Opens the provider of a case. */
export function openProvider(folder: string): Provider {
  const path = join(folder, "provider.ndjson");
  const known = new Set(readJournal<ProviderCall>(path).map(({ key }) => key));
  const ledger: Journal<ProviderCall> = journal(path);
  return {
    call(key, what) {
      if (!known.has(key)) {
        ledger.write({ key, what });
        known.add(key);
      }
      return `receipt of ${key}`;
    },
    close: () => ledger.close(),
  };
}
