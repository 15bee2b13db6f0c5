/**
 * What a service keeps of the requests that its callers may send again, by their key. Each behaviour is one entry of `right`, so
 * that a mutant of the zoo is this keeper with one entry replaced.
 */
import { createHash } from "node:crypto";
import { appendFileSync, existsSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** The right behaviours. An entry is `{ print, state: "running" | "done", answer?, times }`. */
export const right = {
  /** Survives a crash: every change is a line of a file. */
  open: () => openFile(),
  /** What the process that is gone had begun is begun again by whoever asks: nobody else works on it. */
  recover: (entries) => {
    for (const entry of entries.values()) if (entry.state === "running") entry.state = "broken-off";
  },
  idOf: (key) => key,
  printOf: (body) => createHash("sha256").update(body).digest("hex"),
  /** Answers a request whose key is known, or `null` when there is work to do. */
  known: (entry, print) => {
    if (entry === undefined) return null;
    if (entry.print !== print)
      return { status: 422, body: { error: "the key was used for another request" } };
    if (entry.state === "running") return { status: 409, body: { error: "the request is being worked on" } };
    return entry.state === "done" ? entry.answer : null;
  },
  /** What stands between looking and claiming. */
  meanwhile: null,
  claim: (print) => ({ print, state: "running" }),
  /** A success is kept; a failure leaves the key free for another try. */
  settled: (print, answer) =>
    answer.status < 300 ? { print, state: "done", answer } : { print, state: "broken-off" },
  /** The key for the provider: the same however often the work is begun. */
  providerKey: (key) => `charge-${key}`,
};

/** A function that answers `work` once per key; `work` is given the key for the provider. */
export function keeper(behaviours) {
  const store = behaviours.open();
  behaviours.recover(store.entries);
  return async (key, body, work) => {
    if (key === undefined) return { status: 400, body: { error: "the header Idempotency-Key is missing" } };
    const id = behaviours.idOf(key, body);
    const print = behaviours.printOf(body);
    const found = store.entries.get(id);
    const answer = behaviours.known(found, print);
    if (answer !== null) return answer;
    if (behaviours.meanwhile !== null) await behaviours.meanwhile();
    const claim = behaviours.claim(print);
    if (claim !== null) store.put(id, claim);
    const done = await work(behaviours.providerKey(key, found));
    const settled = behaviours.settled(print, done);
    if (settled !== null) store.put(id, settled);
    return done;
  };
}

/** Entries in memory, written to a file of this port and of whoever started us, and read from it at the start. */
function openFile() {
  const file = join(tmpdir(), `holdfast-zoo-keys-${process.ppid}-${process.env.PORT}.ndjson`);
  const entries = new Map();
  if (existsSync(file)) {
    for (const line of readFileSync(file, "utf8").split("\n").filter(Boolean))
      entries.set(...JSON.parse(line));
  }
  process.once("SIGTERM", () => {
    rmSync(file, { force: true });
    process.exit(0);
  });
  return {
    entries,
    put: (id, entry) => {
      entries.set(id, entry);
      appendFileSync(file, `${JSON.stringify([id, entry])}\n`);
    },
  };
}

/** Entries in memory alone. */
export function openMemory() {
  const entries = new Map();
  return { entries, put: (id, entry) => entries.set(id, entry) };
}
