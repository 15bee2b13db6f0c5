import type { FailureClass } from "./failure-class.ts";

/** Failures of what belongs to the service itself. */
export const ownClasses: readonly FailureClass[] = [
  {
    id: "database",
    title: "does not take part: locked, out of connections, or in conflict",
    kind: "cause",
    statuses: [],
    words:
      /database is locked|SQLITE_BUSY|deadlock|could not serialize|lock wait timeout|too many connections|connection slots|pool (?:is )?(?:exhausted|timeout)|ResourceRequest timed out|timeout acquiring a connection/i,
    dependency: "database",
    ambiguous: false,
    guide: "debug",
    explanations: [
      {
        claim: "a long transaction, a migration or a backup holds locks",
        confirm: "the database's list of locks and of running statements at the onset",
        refute: "there is no statement older than a second",
      },
      {
        claim: "more work at once than connections or the one writer allow",
        confirm: "the pool is full and its queue grows from the onset",
        refute: "connections are idle while calls wait",
      },
    ],
  },
  {
    id: "resources",
    title: "ran out: memory, disk, or file descriptors",
    kind: "cause",
    statuses: [],
    words:
      /ENOSPC|no space left|EMFILE|ENFILE|out of memory|heap limit|OutOfMemoryError|OOMKilled|ENOMEM|EDQUOT/i,
    dependency: "the host",
    ambiguous: false,
    guide: "debug",
    explanations: [
      {
        claim: "something grows without limit",
        confirm: "the metric of the resource climbs before the onset",
        refute: "it was flat: then the limit was lowered",
      },
    ],
  },
  {
    id: "crash",
    title: "ended unexpectedly",
    kind: "cause",
    statuses: [],
    words:
      /uncaught|unhandled (?:promise )?rejection|panic:|fatal error|segmentation fault|triggerUncaughtException|exited with code [1-9]|killed by signal/i,
    dependency: "the process",
    ambiguous: true,
    guide: "debug",
    explanations: [
      {
        claim: "a failure that nobody catches ends the process",
        confirm: "the stack in the lines that follow; a restart after each",
        refute: "the process was ended from outside (deployment, memory limit)",
      },
    ],
  },
];
