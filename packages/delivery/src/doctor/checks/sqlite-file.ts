import { textOf } from "../../sql.ts";
import { type Check, defineCheck, type Finding } from "../check.ts";

/** File systems of the network, by their magic numbers (statfs(2)); SQLite's locks do not hold on them. */
const networkFileSystems: Readonly<Record<number, string>> = {
  26985: "NFS",
  4283649346: "CIFS",
  20859: "SMB",
  4266872130: "SMB2",
  1397113167: "AFS",
  16914839: "9P",
  12805120: "Ceph",
};

interface FileFacts {
  readonly path: string;
  readonly journal: string;
  readonly synchronous: string;
  readonly fileSystem: number | null;
}

/** Whether what SQLite says is committed is in a file, on disk, on a disk of this machine. */
export const sqliteFile: Check = defineCheck<FileFacts>({
  id: "sqlite-file",
  dialects: ["sqlite"],
  about: "journal_mode, synchronous, memory and the file system",
  async ask(session, { fileSystemOf }) {
    const list = await session.query("select file from pragma_database_list where name = 'main'");
    const journal = await session.query("pragma journal_mode");
    const synchronous = await session.query("pragma synchronous");
    const path = list.rows[0] === undefined ? "" : textOf(list.rows[0], "file");
    return {
      path,
      journal: textOf(journal.rows[0] ?? {}, "journal_mode"),
      synchronous: textOf(synchronous.rows[0] ?? {}, "synchronous"),
      fileSystem: path === "" ? null : await fileSystemOf(path),
    };
  },
  judge({ path, journal, synchronous, fileSystem }) {
    if (path === "")
      return [
        {
          code: "sqlite-memory",
          severity: "weakened",
          where: "SQLite",
          message:
            "The database is in memory: what is unsent, and what is known of duplicates, ends with the process.",
          remedy: "Give sqlite() a file's path; memory is for tests.",
        },
      ];
    return [
      ...journalFindings(path, journal),
      ...synchronousFindings(path, synchronous),
      ...fileSystemFindings(path, fileSystem),
    ];
  },
});

function journalFindings(where: string, journal: string): readonly Finding[] {
  if (journal === "wal") return [];
  const lost = journal === "off" || journal === "memory";
  return [
    {
      code: lost ? "sqlite-journal-none" : "sqlite-journal-not-wal",
      severity: lost ? "broken" : "note",
      where,
      message: lost
        ? `journal_mode is ${journal}: a crash in the middle of a commit may destroy the file.`
        : `journal_mode is ${journal}: readers and the writer wait for each other.`,
      remedy: "PRAGMA journal_mode = WAL; the file keeps it.",
    },
  ];
}

function synchronousFindings(where: string, synchronous: string): readonly Finding[] {
  if (Number(synchronous) >= 2) return [];
  const off = Number(synchronous) === 0;
  return [
    {
      code: off ? "sqlite-synchronous-off" : "sqlite-synchronous-normal",
      severity: off ? "broken" : "weakened",
      where,
      message: off
        ? "synchronous is OFF: a power cut may destroy the file."
        : "synchronous is NORMAL: a power cut takes the last commits, each with its messages.",
      remedy: "PRAGMA synchronous = FULL on each connection that publishes.",
    },
  ];
}

function fileSystemFindings(where: string, fileSystem: number | null): readonly Finding[] {
  const name = fileSystem === null ? undefined : networkFileSystems[fileSystem];
  if (name === undefined) return [];
  return [
    {
      code: "sqlite-network-file",
      severity: "broken",
      where,
      message: `The file is on ${name}: WAL needs memory that processes share, and locks over a network do not hold; the file may be destroyed.`,
      remedy: "Put the file on a disk of this machine, or use PostgreSQL or MariaDB.",
    },
  ];
}
