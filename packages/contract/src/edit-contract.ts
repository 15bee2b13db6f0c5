import { CodedError, type Path } from "@holdfast/core";
import { parseDocument } from "yaml";

/** One change: a value set at a path, or what stands there taken out when the value is `undefined`. */
export interface ContractEdit {
  readonly path: Path;
  readonly value: unknown;
}

/** The text of a contract with some values changed; comments, order and everything else stay as they are written. */
export function editContract(text: string, edits: readonly ContractEdit[]): string {
  const document = parseDocument(text, { logLevel: "error" });
  if (document.errors.length > 0) {
    throw new CodedError("CONTRACT_SYNTAX", "Only a contract without errors of syntax can be edited.", {
      remedy: "Mend the contract first: holdfast verify --dry-run tells where.",
    });
  }
  for (const { path, value } of edits) {
    if (value === undefined) document.deleteIn(path);
    else document.setIn(path, value);
  }
  return document.toString({ lineWidth: 0, flowCollectionPadding: true });
}
