import { readShape } from "@holdfast/operate";

/** What a runbook names that can be looked up. */
export interface RunbookNames {
  readonly metrics: readonly string[];
  readonly alerts: readonly string[];
  readonly files: readonly string[];
  readonly programs: readonly string[];
  /** Queries that cannot be read. */
  readonly unread: readonly string[];
}

/** Programs that whoever operates services has; whether they are on this machine says nothing. */
const knownPrograms: ReadonlySet<string> = new Set(
  `alias awk aws az base64 bash cat cd column crontab curl cut date df dig docker docker-compose du echo env exit export
  false fgrep egrep find for free gcloud git grep gunzip gzip head helm holdfast host hostname htop if iostat ip jq journalctl kafka-topics
  kafka-consumer-groups kcat kill kubectl kustomize less ls lsof make mariadb mysql nats nc netstat ncat nft nginx node npm npx nslookup
  openssl pgrep ping pip pkill pnpm podman promtool amtool printf ps psql pwd python python3 rabbitmqadmin rabbitmqctl read redis-cli sed set
  sh sleep sort source sqlite3 ss ssh stat sudo systemctl service tail tar tcpdump tee terraform test then time timeout top touch tr traceroute
  true uniq unset uptime vault vmstat watch wc wget while xargs yarn yq zcat zgrep`.split(/\s+/),
);

/** Whether a program is one that whoever operates services has. */
export function isKnownProgram(name: string): boolean {
  return knownPrograms.has(name);
}

const shells = new Set(["", "sh", "bash", "shell", "console", "zsh"]);

/** Reads the names from its blocks of commands and queries, and from what stands in backticks. */
export function runbookNames(text: string): RunbookNames {
  const { blocks, prose } = blocksOf(text);
  const queries = blocks.filter(({ language }) => language === "promql").map(({ body }) => body);
  const shapes = queries.map((query) => ({ query, ...readShape(query) }));
  const commands = blocks
    .filter(({ language }) => shells.has(language))
    .flatMap(({ body }) => commandsIn(body));
  // A sentence that speaks of alerts speaks of no others' names.
  const sentences = prose.flatMap((line) => line.split(/(?<=[.!?])\s+/));
  const inline = sentences.flatMap((line) => quotedIn(line).map((name) => ({ line, name })));
  return {
    metrics: unique([
      ...shapes.flatMap(({ reads }) => reads.map(({ metric }) => metric)),
      ...inline.flatMap(({ name }) => metricIn(name)),
    ]),
    alerts: unique(
      inline.filter(({ line, name }) => /\balerts?\b/i.test(line) && isAlert(name)).map(({ name }) => name),
    ),
    files: unique([...commands.flatMap(filesIn), ...inline.flatMap(({ name }) => filesIn(name))]),
    programs: unique(commands.flatMap(programsIn)),
    unread: shapes.filter(({ readable }) => !readable).map(({ query }) => query.slice(0, 80)),
  };
}

interface Block {
  readonly language: string;
  readonly body: string;
}

function blocksOf(text: string): { readonly blocks: readonly Block[]; readonly prose: readonly string[] } {
  const blocks: Block[] = [];
  const prose: string[] = [];
  let open: { readonly language: string; readonly lines: string[] } | null = null;
  for (const line of text.split(/\r?\n/)) {
    const fence = /^\s*(?:```|~~~)\s*([\w-]*)/.exec(line);
    if (fence === null) (open?.lines ?? prose).push(line);
    else if (open === null) open = { language: (fence[1] ?? "").toLowerCase(), lines: [] };
    else {
      blocks.push({ language: open.language, body: open.lines.join("\n") });
      open = null;
    }
  }
  return { blocks, prose };
}

/** Lines that belong together, without prompts and comments; what is printed by a command in a console is no command. */
function commandsIn(body: string): readonly string[] {
  const lines = body.replaceAll(/\\\n\s*/g, " ").split("\n");
  const prompted = lines.some((line) => /^\s*[$>] /.test(line));
  return lines
    .filter((line) => !prompted || /^\s*[$>] /.test(line))
    .map((line) => line.replace(/^\s*[$>] /, "").trim())
    .filter((line) => line !== "" && !line.startsWith("#"));
}

/** The first word of each part of a pipeline, assignments and `sudo` left out. */
function programsIn(command: string): readonly string[] {
  const plain = command.replaceAll(/"(?:[^"\\]|\\.)*"|'[^']*'/g, "x");
  return plain.split(/\|\||&&|[|;]|\$\(/).flatMap((part) => {
    const words = part
      .trim()
      .split(/\s+/)
      .filter((word) => !/^[A-Za-z_]\w*=/.test(word));
    const [first = ""] = words[0] === "sudo" ? words.slice(1) : words;
    return /^[A-Za-z][\w.-]*$/.test(first) ? [first] : [];
  });
}

/** Paths below a folder: `./scripts/drain.sh`, `ops/alerts/x.yml`. One with a variable or a wildcard names nothing that can be looked up. */
function filesIn(text: string): readonly string[] {
  const words = text.replaceAll(/https?:\/\/\S+/g, " ").split(/[\s"'`=,()]+/);
  return words.filter(
    (word) =>
      /^\.{1,2}\/[\w./-]*\w$/.test(word) ||
      /^[\w-]+(?:\/[\w.-]+)+\.(?:sh|mjs|js|ts|py|rb|sql|ya?ml|json|md)$/.test(word),
  );
}

function quotedIn(line: string): readonly string[] {
  return [...line.matchAll(/`([^`]+)`/g)].map(([, name = ""]) => name);
}

/** A name in backticks counts as a metric by its ending: other words look like one too. */
function metricIn(name: string): readonly string[] {
  const found =
    /^([a-z][a-z0-9]*(?:_[a-z0-9]+)+_(?:total|seconds|bucket|count|sum|bytes|ratio|info))(?:\{.*\})?$/;
  const metric = found.exec(name)?.[1];
  return metric === undefined ? [] : [metric];
}

function isAlert(name: string): boolean {
  return /^[A-Z][a-z0-9]+(?:[A-Z][A-Za-z0-9]*)+$/.test(name);
}

function unique(names: readonly string[]): readonly string[] {
  return [...new Set(names)].filter((name) => name !== "");
}
