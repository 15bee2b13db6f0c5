import type { Failure } from "../failure.ts";
import { type CodeVerdict, tableOf } from "./codes.ts";
import { readText } from "./read-field.ts";

/**
 * The transaction is gone, by the standard's own words: nothing of it was executed, and the whole of it may run again, whatever it
 * does. A function that commits more than one has to see to the others itself. Transactions that collide are the consumer's doing:
 * a breaker has nothing to learn from them.
 */
export const rolledBack: CodeVerdict = { class: "unsent", counts: false };
export const noConnection: CodeVerdict = { class: "unsent", counts: true, word: "connect-failure" };
export const cut: CodeVerdict = { class: "ambiguous", counts: true, word: "reset" };
export const tooLong: CodeVerdict = { class: "ambiguous", counts: true, word: "timeout" };
export const tooMany: CodeVerdict = { class: "throttled", counts: true };
export const notServing: CodeVerdict = { class: "unavailable", counts: true };
export const refusedForGood: CodeVerdict = { class: "final", counts: false };
export const broken: CodeVerdict = { class: "final", counts: true };
const unknown: CodeVerdict = { class: "ambiguous", counts: true };

/** SQLSTATE as PostgreSQL and its kin use it. */
const states = tableOf<string>([
  // 55P03 is a lock not got in time: PostgreSQL lets a transaction with an error do nothing but roll back.
  [rolledBack, ["40001", "40P01", "55P03"]],
  // Whether the statement or the commit went through is what nobody knows; so said by the server itself.
  [unknown, ["40003", "08007"]],
  [refusedForGood, ["40002"]],
  [noConnection, ["08001", "08003"]],
  [tooMany, ["53300"]],
  // 08004: not taken in. 57P03: starting up, shutting down, recovering. 25006: a standby, where the primary is wanted.
  [notServing, ["08004", "57P03", "25006"]],
  [broken, ["53400", "XX001", "XX002"]],
  [tooLong, ["57014"]],
  // A backend that is shut down while it waits for its replicas has committed and says 57P01 all the same.
  [cut, ["57P01", "57P02"]],
  [{ class: "ambiguous", counts: false, word: "reset" }, ["57P05", "25P03"]],
  [refusedForGood, ["57P04"]],
]);

/** What the class of a SQLSTATE, its first two places, says about the states that are not listed. */
const classes = tableOf<string>([
  [cut, ["08"]],
  [rolledBack, ["40"]],
  [notServing, ["53"]],
  [unknown, ["57", "58", "XX"]],
]);

/** Prisma hides the database's code behind one of its own, which looks like a SQLSTATE of a class that does not exist. */
const prisma = tableOf<string>([
  [rolledBack, ["P2034"]],
  [noConnection, ["P1001", "P1002", "P2024"]],
  [cut, ["P1017"]],
  [tooLong, ["P1008"]],
  [unknown, ["P2028"]],
]);

/** What postgres.js calls what happened to its connection. */
const postgresJs = tableOf<string>([
  [noConnection, ["CONNECT_TIMEOUT"]],
  [cut, ["CONNECTION_CLOSED", "CONNECTION_DESTROYED"]],
  [refusedForGood, ["CONNECTION_ENDED"]],
]);

/** What a SQLSTATE says: the server has answered, so what no rule knows is final and the consumer's own. */
export function verdictOfState(state: string): CodeVerdict {
  return states.get(state) ?? prisma.get(state) ?? classes.get(state.slice(0, 2)) ?? refusedForGood;
}

/** What the `code` of an error of a PostgreSQL client says; `null` where it is no SQLSTATE. */
export function failureOfState(error: unknown): Failure | null {
  const code = readText(error, "code") ?? "";
  const verdict = postgresJs.get(code) ?? (isState(code) ? verdictOfState(code) : undefined);
  return verdict === undefined ? null : { ...verdict, code };
}

/** Five capitals and digits; system errors such as EPIPE look alike, but no state begins with E. */
function isState(code: string): boolean {
  return code.length === 5 && /^[0-9A-DF-Z][0-9A-Z]{4}$/.test(code);
}
