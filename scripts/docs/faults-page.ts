import { code, page, table } from "./markdown.ts";

/** A fault as `describeFaults()` of @holdfast/faults tells it. */
export interface FaultDescription {
  readonly kind: string;
  readonly at: string;
  readonly summary: string;
  readonly settings: readonly {
    readonly name: string;
    readonly type: string;
    readonly default: string | null;
    readonly required: boolean;
    readonly doc: string;
  }[];
}

function section({ kind, at, summary, settings }: FaultDescription): string {
  const rows = settings.map((each) => [
    code(each.name),
    each.type,
    each.required ? "required" : code(each.default),
    each.doc,
  ]);
  const settingsTable =
    rows.length === 0 ? "No settings." : table(["setting", "what", "default", "meaning"], rows);
  return [`## ${kind}`, summary, `Acts on: ${at}.`, settingsTable].join("\n\n");
}

/** The reference of all faults. */
export function faultsPage(faults: readonly FaultDescription[]): string {
  const overview = table(
    ["fault", "what it does"],
    faults.map(({ kind, summary }) => [`[${kind}](#${kind})`, summary]),
  );
  return page(
    "Faults",
    "What the fault proxy can do to one exchange, connection or listener.",
    overview,
    ...faults.map(section),
  );
}
