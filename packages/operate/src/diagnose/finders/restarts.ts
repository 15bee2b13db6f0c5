import { type KeptLine, keep } from "../failure-group.ts";
import type { Finder } from "../finding.ts";

const began =
  /^(?:server |service |app(?:lication)? )?(?:started|starting|listening|booted|deployed)\b|\blistening on\b|\bstarted (?:on|in|with)\b/i;
const ended = /SIGTERM|SIGKILL|shutting down|triggerUncaughtException|OOMKilled|exited with code/;
const keptMax = 200;
const nearMs = 120_000;

/** Starts and ends of processes right before the onset: what changed is the first suspect. */
export const restarts: Finder = {
  id: "restart-before-onset",
  question: "Did a process start or end right before it began?",
  guide: "debug",
  watch: () => {
    const turns: KeptLine[] = [];
    return {
      entry: ({ entry }) => {
        const said = entry.told.message;
        if (said === null || turns.length >= keptMax || said.length > 400) return;
        if (began.test(said) || ended.test(said)) turns.push(keep(entry));
      },
      end: ({ cause }) => {
        const atMs = cause?.onset?.atMs ?? null;
        if (atMs === null) return [];
        const near = turns.filter(
          (line) => line.atMs !== null && line.atMs <= atMs && atMs - line.atMs <= nearMs,
        );
        if (near.length === 0) return [];
        return [
          {
            certainty: "possible",
            says: `${near.length === 1 ? "a process" : `${near.length} processes`} started or ended within two minutes before the onset`,
            next: "Compare what was deployed or configured then with what ran before.",
            lines: near.slice(-2),
          },
        ];
      },
    };
  },
};
