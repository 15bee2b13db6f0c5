import type { CommandEntry } from "../command.ts";

/** Every command, in the order in which a newcomer meets them; each is loaded when it is asked for. */
export const commands: readonly CommandEntry[] = [
  {
    name: "init",
    summary: "Writes a commented starter contract, holdfast.yaml.",
    load: async () => (await import("./init.ts")).init,
  },
  {
    name: "explain",
    summary: "Says what a policy comes to: times, attempts, load in an outage; and what is doubtful.",
    load: async () => (await import("./explain.ts")).explain,
  },
  {
    name: "verify",
    summary: "Breaks the service's integrations on purpose; ends in an evidence-backed checklist.",
    load: async () => (await import("./verify.ts")).verify,
  },
  {
    name: "judge",
    summary: "Judges a stored run again, or with --passive production logs and traces; nothing is run.",
    load: async () => (await import("./judge.ts")).judge,
  },
  {
    name: "report",
    summary: "Renders a stored run in one format, on stdout or into a file.",
    load: async () => (await import("./report.ts")).report,
  },
  {
    name: "diff",
    summary:
      "Compares the policy a run shows with the declared one, or with another run's; exit 1 where they differ.",
    load: async () => (await import("./diff.ts")).diff,
  },
  {
    name: "diagnose",
    summary: "Says what failed first in logs and traces, with the lines that show it.",
    load: async () => (await import("./diagnose.ts")).diagnose,
  },
  {
    name: "generate",
    summary: "Writes alerts with tests that prove them, dashboards and runbooks, from the contract.",
    load: async () => (await import("./generate.ts")).generate,
  },
  {
    name: "runbooks",
    summary: "Checks runbooks: sections, commands, metrics, ways back, owner, links, gaps.",
    load: async () => (await import("./runbooks.ts")).runbooks,
  },
  {
    name: "guide",
    summary: "Prints the guide: an item of the checklist, a stage, or the section of one check.",
    load: async () => (await import("./guide.ts")).guide,
  },
  {
    name: "schema",
    summary:
      "Prints the JSON Schema of the contract, for editors, of the checklist, or of passive judgement.",
    load: async () => (await import("./schema.ts")).schema,
  },
  {
    name: "outbox",
    summary: "Says what waits to be sent, or (doctor) what breaks a delivery guarantee.",
    load: async () => (await import("./outbox.ts")).outbox,
  },
  {
    name: "dead-letters",
    summary: "Lists messages that were given up, shows one, redrives or discards them.",
    load: async () => (await import("./dead-letters.ts")).deadLetters,
  },
  {
    name: "saga",
    summary: "Lists sagas, shows one step by step, or has a stuck one tried again at once.",
    load: async () => (await import("./saga.ts")).saga,
  },
  {
    name: "doctor",
    summary: "Says whether this machine can give trustworthy verdicts: ports, descriptors, noise.",
    load: async () => (await import("./doctor.ts")).doctor,
  },
  {
    name: "completion",
    summary: "Prints a completion script for your shell.",
    load: async () => (await import("./completion.ts")).completionOf(commands),
  },
];
