import type { RuleText } from "./model.ts";

/** What a program said, both of its streams, and whether it was content. */
export interface Said {
  readonly ok: boolean;
  readonly text: string;
}

/** Prometheus' own tool. */
export interface Promtool {
  /** `2.42.0`. */
  readonly version: string;
  /** Runs it in a folder that holds these files and nothing else. */
  run(files: readonly RuleText[], words: readonly string[]): Promise<Said>;
}
