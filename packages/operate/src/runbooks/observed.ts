/** What a verification saw of a way to fail. */
export interface Observed {
  readonly integration: string;
  /** In the words of the verification: `provider silent or slow`. */
  readonly mode: string;
  readonly run: string;
  /** Faults under which it was seen. */
  readonly faults: readonly string[];
  readonly calls: number;
  readonly failed: number;
  /** How the calls that did not succeed ended, in sentences: how long they took, and what became of their requests. */
  readonly ends: readonly string[];
  /** What the failed calls looked like to their callers; `null` where none failed. */
  readonly signature: string | null;
  /** Lines that the service logged meanwhile, secrets taken out. */
  readonly logLines: readonly string[];
  /** What kept calls from failing, or made them fail fast, with numbers. */
  readonly worked: readonly string[];
}
