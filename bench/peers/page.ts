import { libraries, type Played } from "./scenario.ts";

const intro = `# What peers do with the scenarios of our catalogue

Each row is a defect that was found in some library, turned into a scenario and a sentence of what should happen. The scenario is played on
the installed libraries themselves, in real time. ✓ means that what was seen is what the sentence says, ✗ that it is not, and – that
the library has nothing that the row is about, or leaves it to its caller. Beside the mark stands what was seen.

The sentences are ours, and another library may have reasons to see one of them differently: what is ✗ here may be documented there. The
numbers are those of our own tests in \`packages/resilience/test/defects\`; rows that are about other libraries, or for which there is no
scenario yet, are left out. Circuit breakers are told to open at about the same failures, for the same time, with one probe, and no
timeout unless the row is about one. Where parts are composed by hand, they are composed in the order that suits the row.

    npm run bench -- peers
`;

const command = "    node scripts/bootstrap.mjs bench/peers/write.ts\n";

/** The page of what was seen, as Markdown; the same for the same answers. */
export function pageOf(
  played: readonly Played[],
  versions: Readonly<Record<Played["library"], string>>,
): string {
  const heads = libraries.map((library) => `${library} ${versions[library]}`);
  const ids = [...new Set(played.map(({ id }) => id))];
  const rows = ids.map((id) => rowOf(played.filter((each) => each.id === id)));
  const table = [
    row(["T", "what should happen", ...heads]),
    row(["T", "", ...heads].map(() => "---")),
    ...rows,
  ];
  return `${intro}\nThis page is written by\n\n${command}\n${table.join("\n")}\n`;
}

function rowOf(played: readonly Played[]): string {
  const [first] = played;
  const cells = libraries.map((library) => {
    const found = played.find((each) => each.library === library);
    return found === undefined ? "–" : `${found.right ? "✓" : "✗"} ${found.seen}`;
  });
  return row([first?.id ?? "", first?.what ?? "", ...cells]);
}

function row(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
}
