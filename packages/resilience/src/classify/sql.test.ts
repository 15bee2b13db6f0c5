import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { sql } from "./sql.ts";

const failureOf = (error: unknown) => sql({ threw: true, error, wallMs: () => 0 });

function told(error: unknown): string {
  const failure = failureOf(error);
  if (failure === null) return "success";
  return [failure.class, ...(failure.counts ? ["counts"] : []), ...(failure.word ? [failure.word] : [])].join(
    " ",
  );
}

type Matrix = readonly (readonly [expected: string, codes: string])[];

const states: Matrix = [
  ["unsent", "40001 40P01 55P03 40000 P2034"],
  ["ambiguous counts", "40003 08007 58030 XX000 P2028"],
  ["unsent counts connect-failure", "08001 08003 CONNECT_TIMEOUT P1001 P2024"],
  ["ambiguous counts reset", "08000 08006 08P01 57P01 57P02 CONNECTION_CLOSED CONNECTION_DESTROYED P1017"],
  ["ambiguous reset", "57P05 25P03"],
  ["throttled counts", "53300"],
  ["unavailable counts", "57P03 25006 08004 53000 53100 53200"],
  ["ambiguous counts timeout", "57014 P1008"],
  ["final counts", "53400 XX001 XX002"],
  ["final", "23505 23503 22P02 42601 42P01 28P01 3D000 0A000 P0001 40002 57P04 25P02 P2002 CONNECTION_ENDED"],
];

const mysql: readonly (readonly [expected: string, code: string, errno: number, sqlState: string])[] = [
  ["unsent", "ER_LOCK_DEADLOCK", 1213, "40001"],
  ["ambiguous", "ER_LOCK_WAIT_TIMEOUT", 1205, "HY000"],
  ["ambiguous", "ER_LOCK_NOWAIT", 3572, "HY000"],
  ["throttled counts", "ER_CON_COUNT_ERROR", 1040, "08004"],
  ["throttled counts", "ER_USER_LIMIT_REACHED", 1226, "42000"],
  ["unavailable counts", "ER_OPTION_PREVENTS_STATEMENT", 1290, "HY000"],
  ["unavailable counts", "ER_READ_ONLY_MODE", 1836, "HY000"],
  ["ambiguous counts reset", "ER_SERVER_SHUTDOWN", 1053, "08S01"],
  ["ambiguous counts timeout", "ER_QUERY_TIMEOUT", 3024, "HY000"],
  ["unsent counts connect-failure", "CR_CONNECTION_ERROR", 2002, "HY000"],
  ["unsent counts connect-failure", "CR_CONN_HOST_ERROR", 2003, "HY000"],
  ["ambiguous counts reset", "CR_SERVER_GONE_ERROR", 2006, "HY000"],
  ["ambiguous counts reset", "CR_SERVER_LOST", 2013, "HY000"],
  ["final", "ER_DUP_ENTRY", 1062, "23000"],
  ["final", "ER_PARSE_ERROR", 1064, "42000"],
  ["final", "ER_ACCESS_DENIED_ERROR", 1045, "28000"],
];

const clients: Matrix = [
  ["ambiguous counts reset", "PROTOCOL_CONNECTION_LOST ER_SOCKET_UNEXPECTED_CLOSE"],
  ["ambiguous counts timeout", "PROTOCOL_SEQUENCE_TIMEOUT ER_SOCKET_TIMEOUT"],
  ["unsent counts connect-failure", "PROTOCOL_ENQUEUE_AFTER_FATAL_ERROR ER_GET_CONNECTION_TIMEOUT"],
  ["final", "PROTOCOL_ENQUEUE_AFTER_QUIT"],
  ["unsent", "SQLITE_BUSY SQLITE_BUSY_SNAPSHOT SQLITE_LOCKED SQLITE_LOCKED_SHAREDCACHE"],
  ["unavailable counts", "SQLITE_FULL SQLITE_NOMEM"],
  ["ambiguous counts", "SQLITE_IOERR SQLITE_IOERR_FSYNC"],
  ["final counts", "SQLITE_CORRUPT SQLITE_READONLY SQLITE_NOTADB"],
  ["unsent counts connect-failure", "SQLITE_CANTOPEN"],
  ["aborted", "SQLITE_INTERRUPT"],
  ["final", "SQLITE_ERROR SQLITE_CONSTRAINT_UNIQUE SQLITE_MISUSE SQLITE_"],
];

const results: readonly (readonly [expected: string, errcode: number])[] = [
  ["unsent", 5],
  ["unsent", 6],
  ["unsent", 261],
  ["unsent", 517],
  ["unsent", 262],
  ["unavailable counts", 13],
  ["ambiguous counts", 1034],
  ["final counts", 11],
  ["final", 1],
  ["final", 2067],
];

describe("the errors of SQL databases", () => {
  for (const [expected, codes] of [...states, ...clients]) {
    it(`are "${expected}": ${codes}`, () => {
      for (const code of codes.split(" ")) {
        assert.equal(told(Object.assign(new Error("x"), { code })), expected, code);
        assert.equal(failureOf({ code })?.code, code);
      }
    });
  }

  for (const [expected, code, errno, sqlState] of mysql) {
    it(`are "${expected}": MySQL ${errno} ${code}`, () => {
      for (const error of [{ code, errno, sqlState }, { code }, { errno, sqlState }])
        assert.equal(told(error), expected, JSON.stringify(error));
    });
  }

  it("are judged by the SQLSTATE where the number is unknown", () => {
    assert.equal(told({ code: "ER_NEW", errno: 9999, sqlState: "40001" }), "unsent");
    assert.equal(told({ errno: 9999, sqlState: "08S01" }), "ambiguous counts reset");
    assert.equal(told({ code: "ER_NEW" }), "final");
  });

  for (const [expected, errcode] of results) {
    it(`are "${expected}": result ${errcode} of node:sqlite`, () =>
      assert.equal(told({ code: "ERR_SQLITE_ERROR", errcode }), expected));
  }

  it("are found behind the errors of mappers", () => {
    assert.equal(told(new Error("Failed query", { cause: { code: "40001" } })), "unsent");
    assert.equal(
      told(Object.assign(new Error("SequelizeDatabaseError"), { original: { code: "40P01" } })),
      "unsent",
    );
  });

  it("leave the codes of the system to what they say, those with five letters too", () => {
    assert.equal(told({ code: "EPIPE", errno: -32, syscall: "write" }), "ambiguous counts reset");
    assert.equal(told({ code: "ECONNREFUSED", errno: -111, syscall: "connect" }), "unsent counts refused");
    assert.equal(told({ code: "ECONNREFUSED", errno: -111, sqlState: "08S01" }), "unsent counts refused");
    assert.equal(told(new Error("Connection terminated unexpectedly")), "ambiguous counts");
    assert.equal(told(new DOMException("x", "AbortError")), "aborted");
  });

  it("are none where there is an answer", () =>
    assert.equal(sql({ threw: false, value: { code: "40001" }, wallMs: () => 0 }), null));
});
