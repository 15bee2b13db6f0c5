import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, it } from "node:test";
import { systemClock } from "@holdfast/core";
import { type DeliveryEvent, deadReasons, message } from "@holdfast/delivery";
import { memoryIdempotency } from "@holdfast/delivery/testing";
import { z } from "zod";
import { settingsOf } from "../packages/delivery/src/consume/settings.ts";
import { routeSettings } from "../packages/delivery/src/idempotency/route-settings.ts";
import { relaySettings } from "../packages/delivery/src/relay/options.ts";
import { forever, limitedRetry } from "../packages/delivery/src/saga/retry-policy.ts";
import { workerSettings } from "../packages/delivery/src/saga/settings.ts";
import { repository } from "./lib/tree.ts";

const read = (path: string): string => readFileSync(join(repository, path), "utf8");
const overview = "docs/delivery.md";
const [publishing, consuming, deadLetters, http, sagas] = [
  "publishing",
  "consuming",
  "dead-letters",
  "http-idempotency",
  "sagas",
].map((page) => `docs/delivery/${page}.md`) as [string, string, string, string, string];
const capabilities = [overview, publishing, consuming, deadLetters, http, sagas];
const others = ["operations", "other-brokers", "larger-needs"].map((page) => `docs/delivery/${page}.md`);
const pages = [...capabilities, ...others, "packages/delivery/README.md", "examples/orders/README.md"];

/** What stands in marks of code in the first cells of the table below a header. */
function firstCells(text: string, header: string): string[] {
  const [, after = ""] = text.split(`${header}\n`);
  const [table = ""] = after.split("\n\n");
  return [...table.matchAll(/^\| (`.*?) \|/gm)].flatMap(([, cell = ""]) =>
    [...cell.matchAll(/`([^`]+)`/g)].map(([, name = ""]) => name),
  );
}

function anchorsOf(text: string): string[] {
  return [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\w -]/g, "")
      .replaceAll(" ", "-"),
  );
}

const events: Readonly<Record<DeliveryEvent["type"], true>> = {
  "relay.error": true,
  "relay.failed": true,
  "relay.dead-letter": true,
  "relay.route-waits": true,
  "relay.route-goes": true,
  "relay.unconfirmed": true,
  "relay.lease-lost": true,
  "relay.shards": true,
  "relay.key-blocked": true,
  "log.taken": true,
  "log.put-aside": true,
  "log.emptied": true,
  "log.restored": true,
  "consume.handled": true,
  "consume.duplicate": true,
  "consume.failed": true,
  "consume.dead-lettered": true,
  "consume.released": true,
  "consume.waiting": true,
  "consume.gap": true,
  "consume.lease-lost": true,
  "consume.swept": true,
  "consume.error": true,
  "dead-letters.redriven": true,
  "dead-letters.discarded": true,
  "dead-letters.looping": true,
  "dead-letters.skipped": true,
  "idempotency.ran": true,
  "idempotency.replayed": true,
  "idempotency.refused": true,
  "idempotency.lease-lost": true,
  "idempotency.error": true,
  "saga.step-done": true,
  "saga.step-failed": true,
  "saga.step-undone": true,
  "saga.undo-failed": true,
  "saga.call-lost": true,
  "saga.waiting": true,
  "saga.replied": true,
  "saga.wait-over": true,
  "saga.compensating": true,
  "saga.stuck": true,
  "saga.completed": true,
  "saga.compensated": true,
  "saga.reply-ignored": true,
  "saga.unknown-definition": true,
  "saga.lease-lost": true,
  "saga.error": true,
};

const relay = relaySettings();
const consumer = settingsOf({
  name: "one",
  messages: message("one", { schema: z.object({}) }),
  handler: () => {},
});
const sagaWorker = workerSettings({});
const step = limitedRetry();
const route = routeSettings({ mode: "lease", scope: () => "" }, memoryIdempotency(systemClock));
const hourMs = 3_600_000;

/** Rows of settings and words that tell numbers: the page, the words, what is true of the code, and what the words say. */
const quoted: readonly (readonly [page: string, words: string, is: unknown, says: unknown])[] = [
  [publishing, "another may take it | 15 s |", relay.leaseMs, 15_000],
  [publishing, "rows per claim | 50 to 1,000 |", relay.batch, { least: 50, most: 1_000 }],
  [publishing, "2,000 messages, 32 MiB", relay.inFlight, { messages: 2_000, bytes: 32 * 2 ** 20 }],
  [publishing, "until a message is given up | 12 |", relay.attempts, 12],
  [publishing, "from 1 s, doubling, to 1 h |", [relay.backoff.baseMs, relay.backoff.capMs], [1_000, hourMs]],
  [publishing, "from 250 ms, doubling, to 30 s", relay.outageBackoff.capMs, 30_000],
  [publishing, "how long a confirm may take | 30 s |", relay.confirmLimitMs, 30_000],
  [publishing, "waits for what is under way | 10 s |", relay.drainMs, 10_000],
  [publishing, "nothing was found | 25 ms to 2 s |", relay.poll, { leastMs: 25, mostMs: 2_000 }],
  [consuming, "each with a connection | 32 |", consumer.concurrency, 32],
  [consuming, "until a message is given up | 12 |", consumer.attempts, 12],
  [consuming, "to 1 h, full jitter |", [consumer.backoff.capMs, consumer.backoff.jitter], [hourMs, "full"]],
  [consuming, "or `sequence` | `7d` |", consumer.windowMs, 7 * 24 * hourMs],
  [consuming, "| 60 s, 7 d, `hold`, `one` |", consumer.gap.giveUpAfterMs, 7 * 24 * hourMs],
  [consuming, "may take each | 30 s |", consumer.timeoutMs, 30_000],
  [consuming, "is a silent worker's | 60 s |", consumer.leaseMs, 60_000],
  [consuming, "waits for a lock | 5 s |", consumer.lockTimeoutMs, 5_000],
  [consuming, "are looked for | 1 s |", consumer.pollMs, 1_000],
  [consuming, "after the stop | 10 s |", consumer.stopTimeoutMs, 10_000],
  [http, "is remembered | 24 h |", route.ttlMs, 24 * hourMs],
  [http, "keeps its key | 30 s |", route.leaseMs, 30_000],
  [http, "| the largest request | 1 MiB |", route.bodyBytesMax, 2 ** 20],
  [http, "is kept whole | 64 KiB |", route.responseBytesMax, 2 ** 16],
  [sagas, "5 attempts from 1 s", [step.attemptsMax, step.backoff.baseMs], [5, 1_000]],
  [sagas, "at most 5 min apart", step.backoff.capMs, 300_000],
  [sagas, "after ten failures in a row", forever().stuckAfter, 10],
  [sagas, "in this process | 16 |", sagaWorker.concurrency, 16],
  [sagas, "is a silent worker's | 30 s |", sagaWorker.leaseMs, 30_000],
  [sagas, "is tried | 15 min |", sagaWorker.slowRetryMs, 900_000],
];

describe("the pages about @holdfast/delivery", () => {
  for (const page of capabilities) {
    it(`have the headings of a capability's page: ${page}`, () => {
      const headings = [...read(page).matchAll(/^## (.*)$/gm)].map(([, heading]) => heading);
      assert.deepEqual(headings, [
        "What it does",
        "When to use it",
        "Settings",
        "What it reports",
        "How it goes wrong",
      ]);
    });
  }

  it("name every event, every code of an error and every reason of a dead letter", () => {
    const codes = [...read("packages/delivery/src/errors.ts").matchAll(/^ {2}\| "([A-Z_]+)"/gm)];
    assert.deepEqual(firstCells(read(overview), "| event | tells |\n|---|---|"), Object.keys(events));
    assert.deepEqual(
      firstCells(read(overview), "| code | says |\n|---|---|"),
      codes.map(([, code]) => code),
    );
    assert.deepEqual(firstCells(read(deadLetters), "| reason | it |\n|---|---|"), [...deadReasons]);
  });

  it("name every entry point, and none that there is not", () => {
    const { exports } = JSON.parse(read("packages/delivery/package.json")) as {
      readonly exports: Readonly<Record<string, unknown>>;
    };
    const entries = Object.keys(exports).filter((entry) => entry !== "." && entry !== "./package.json");
    const text = pages.map(read).join("\n");
    const full = [...text.matchAll(/@holdfast\/delivery\/([\w-]+)/g)].map(([, name]) => `./${name}`);
    for (const entry of entries)
      assert.ok(full.includes(entry) || text.includes(`\`${entry.slice(1)}\``), entry);
    for (const name of full) assert.ok(entries.includes(name), name);
  });

  for (const [page, words, is, says] of quoted) {
    it(`tell a number as it is: ${words}`, () => {
      assert.ok(read(page).replaceAll(/\s+/g, " ").includes(words), page);
      assert.deepEqual(is, says);
    });
  }

  it("link to nothing that is not there", () => {
    for (const page of pages) {
      for (const [, target = "", anchor = ""] of read(page).matchAll(/\]\((?!https?:)([^)#]*)#?([^)]*)\)/g)) {
        const path = target === "" ? page : join(dirname(page), target);
        assert.ok(existsSync(join(repository, path)), `${page}: ${target}`);
        assert.ok(anchor === "" || anchorsOf(read(path)).includes(anchor), `${page}: ${target}#${anchor}`);
      }
    }
  });
});
