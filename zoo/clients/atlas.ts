import { fileURLToPath } from "node:url";
import { cell, table } from "../render.ts";
import {
  afterSilence,
  again,
  attempts,
  type Cell,
  type Client,
  clientOf,
  effects,
  endured,
  keyStays,
  opened,
  pressure,
  released,
  requests,
  took,
  waitAsked,
  waits,
  word,
} from "./atlas-cells.ts";
import { type EvidenceFile, evidenceName } from "./evidence.ts";

/** The page that is generated from the extracts. */
export const atlasPath: string = fileURLToPath(new URL("../../docs/atlas.md", import.meta.url));

/** A table of the page: a family of faults, and what each client did. */
interface Family {
  readonly title: string;
  readonly text: string;
  /** Clients of which nothing of it was run are left out. */
  has(client: Client): boolean;
  readonly columns: readonly (readonly [string, (client: Client) => Cell])[];
}

const methodOf = ({ file }: Client): Cell => {
  const [row] = file.evidence.shown;
  return { text: file.evidence.runs["primary"]?.method ?? "", row: row ?? null };
};
const statuses = [400, 401, 408, 409, 425, 429, 500, 502, 503, 504];
const cuts = [
  ["reset, new", "reset-once-fresh"],
  ["reset, reused", "reset-once-reused"],
  ["close, new", "close-once-fresh"],
  ["close, reused", "close-once-reused"],
] as const;

const families: readonly Family[] = [
  {
    title: "Timeouts",
    text: "How long each is endured when nothing limits it but the client: an attempt to connect that nobody answers, a request that gets no answer, a body that comes one byte every 400 ms. `>` is as long as was watched.",
    has: () => true,
    columns: [
      ["no handshake", (client) => endured(client, "connectTimeout")],
      ["no answer", (client) => endured(client, "attemptTimeout")],
      ["whole call, no answer", (client) => took(client, "hang-forever")],
      ["whole call, trickle", (client) => took(client, "drip-forever")],
    ],
  },
  {
    title: "Cancellation on the wire",
    text: "What becomes of the connection of an attempt that was given up, from when the caller has its answer or the next attempt begins.",
    has: (client) => client.verdict("primary", "cancels-on-the-wire")?.estimate !== undefined,
    columns: [
      ["attempt given up after", (client) => endured(client, "attemptTimeout")],
      ["its connection", released],
    ],
  },
  {
    title: "What is sent again",
    text: "The first attempt meets the failure, the next would pass. The wait before the second attempt; “–”: there was none. After silence: only where an attempt is given up within 20 s.",
    has: () => true,
    columns: [
      ["method", methodOf],
      ...statuses.map((status): Family["columns"][number] => [
        String(status),
        (client) => again(client, "primary", `${status}-once`),
      ]),
      ["reset", (client) => again(client, "primary", "reset-once-fresh")],
      ["close", (client) => again(client, "primary", "close-once-fresh")],
      ["body cut", (client) => again(client, "primary", "truncate-once")],
      ["silence", afterSilence],
    ],
  },
  {
    title: "Hidden replays: GET",
    text: "Requests on the wire for one call whose first request was read by the provider and whose connection then broke once, on a new or a reused connection. *Replay*: the same bytes, within 32 ms in the fastest of the calls, from a client that never sends again in such haste after a 503: it is the transport that repeats, below the retries that one sets. *Retry*: any other second request. The time is the median wait; on a busy machine it is longer than it has to be.",
    has: (client) => client.file.evidence.runs["primary"]?.method === "GET",
    columns: [
      ...cuts.map(([name, experiment]): Family["columns"][number] => [
        name,
        (client) => requests(client, "primary", experiment),
      ]),
      ["after a 503", (client) => requests(client, "primary", "503-once")],
    ],
  },
  {
    title: "Hidden replays: POST",
    text: "The same for a POST.",
    has: () => true,
    columns: [
      ...cuts.map(([name, experiment]): Family["columns"][number] => [
        name,
        (client) => requests(client, client.posts, experiment),
      ]),
      ["after a 503", (client) => requests(client, client.posts, "503-once")],
    ],
  },
  {
    title: "Keys and effects",
    text: "A POST whose first request is executed by the provider and whose reply gets lost, in five ways. The executions for one call; the stub of these runs knows no keys, so a request with the same key counts again.",
    has: () => true,
    columns: [
      ["key", (client) => word(client, "idempotency.key")],
      ["same on all attempts", keyStays],
      ...["reset", "close", "503", "504", "hang"].map((way): Family["columns"][number] => [
        way === "hang" ? "silence" : way,
        (client) => effects(client, way),
      ]),
    ],
  },
  {
    title: "Retry-After",
    text: "The wait before the second attempt after a 429 without the header, with 2 s, 5 s, a date 4 s ahead (which has whole seconds) and 60 s, and after a 503 with 5 s. “–”: there was no second attempt and the call ended. `>`: none within the watch, and the call was still open.",
    has: () => true,
    columns: [
      ["429", (client) => waitAsked(client, "429-once")],
      ["429, 2 s", (client) => waitAsked(client, "429-retry-after-2")],
      ["429, 5 s", (client) => waitAsked(client, "429-retry-after-5")],
      ["429, a date", (client) => waitAsked(client, "429-retry-after-date")],
      ["429, 60 s", (client) => waitAsked(client, "429-retry-after-60")],
      ["503, 5 s", (client) => waitAsked(client, "503-retry-after-5")],
    ],
  },
  {
    title: "Backoff and jitter",
    text: "Every attempt is answered with 503. The waits before the first four retries (their range where they differ by more than a tenth), and the kinds of growth and jitter that they show; “?”: the sample does not tell.",
    has: (client) => client.shown("primary", "503-forever")?.waitsMs !== undefined,
    columns: [
      ["attempts", attempts],
      ["waits", waits],
      ["growth", (client) => word(client, "retry.backoff.growth")],
      ["jitter", (client) => word(client, "retry.backoff.jitter")],
    ],
  },
  {
    title: "Circuit breaker",
    text: "150 calls, 25 a second, to a provider that answers 503 to every request. Whether calls stopped reaching it, and how many requests there were for each call, in all and in the last third. Less than one: requests of the last calls came when the third was over. “?”: calls take too long to tell; “–”: the breaker cut the calls short.",
    has: (client) => client.verdict("load", "opens") !== undefined,
    columns: [
      ["breaker", opened],
      ["requests a call", (client) => pressure(client, "in all")],
      ["at the end", (client) => pressure(client, "in the last third")],
    ],
  },
];

/** The page, from the extracts alone. */
export function atlasText(files: readonly EvidenceFile[]): string {
  const clients = files.map(clientOf);
  const days = [
    ...new Set(files.flatMap(({ evidence }) => Object.values(evidence.runs).map((run) => run.startedAt))),
  ].sort();
  const platforms = [
    ...new Set(files.flatMap(({ evidence }) => Object.values(evidence.runs).map((run) => run.platform))),
  ];
  const parts = [
    "# Atlas of client behaviour",
    `What ${files.length} configurations of HTTP clients really do when their provider fails, as \`holdfast verify\` saw it between them and a stub on one machine ` +
      `(${platforms.join("; ")}; ${days.join(", ")}). Each configuration is what its row says and otherwise the default of that version; others behave otherwise. ` +
      "A cell says what was on the wire, not whether it is good; it leads to the line of the extract that shows it. Times are medians of a few calls.",
    "This page is generated from the extracts in [zoo/clients/evidence](../zoo/clients/evidence); how they are made, and how the same runs stand beside a ground truth: [the zoo](../zoo/README.md).",
    `Tables: ${families.map(({ title }) => `[${title}](#${anchorOf(title)})`).join(" · ")}.`,
    "## Clients",
    table(
      ["client", "library", "version", "language", "configuration"],
      clients.map(({ file: { evidence } }) =>
        [nameOf(evidence.id), evidence.client, evidence.version, evidence.language, evidence.config].map(
          cell,
        ),
      ),
    ).trimEnd(),
    ...families.flatMap((family) => familyText(family, clients)),
  ];
  return `${parts.join("\n\n")}\n`;
}

function anchorOf(title: string): string {
  return title
    .toLowerCase()
    .replaceAll(/[^a-z0-9 -]/g, "")
    .replaceAll(" ", "-");
}

function nameOf(id: string): string {
  return `[${id}](${linkOf(id)})`;
}

function linkOf(id: string): string {
  return `../zoo/clients/evidence/${evidenceName(id)}`;
}

function familyText({ title, text, has, columns }: Family, clients: readonly Client[]): readonly string[] {
  const rows = clients.filter(has).map((client) => {
    const { id } = client.file.evidence;
    const cells = columns.map(([, read]) => {
      const { text: words, row } = read(client);
      return row === null ? words : `[${cell(words)}](${linkOf(id)}#L${client.file.lineOf(row)})`;
    });
    return `| ${[id, ...cells].join(" | ")} |`;
  });
  const head = ["client", ...columns.map(([name]) => name)];
  return [
    `## ${title}`,
    text,
    [`| ${head.join(" | ")} |`, `|${head.map(() => "---").join("|")}|`, ...rows].join("\n"),
  ];
}
