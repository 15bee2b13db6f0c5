import { isLoss } from "../judgement.ts";
import type { CheckResult } from "./model.ts";

/** What production would notice if a check's finding met the same failure there, by check id. */
export const impacts: Readonly<Record<string, string>> = {
  "stays-alive":
    "The failure of one provider takes this service down with it: every endpoint is gone, also those that never call the provider, until somebody restarts it.",
  connect:
    "When the provider's network is gone, callers wait for connections that never come about. They pile up until the service cannot answer anybody.",
  attempt:
    "While the provider hangs, each caller waits with it. Requests in flight, sockets and memory grow until the service cannot answer anybody.",
  deadline:
    "Callers wait longer than they can afford. They give up and try again, so the work is done twice or more and the load grows while the provider is slow.",
  "cancels-on-the-wire":
    "Connections that nobody waits for any more stay open. Pools and file descriptors run out some minutes into the provider's slowness, and the service fails as a whole.",
  "server-slow-headers":
    "Whoever opens connections and sends little holds them for as long as they like. Mobile callers on bad lines do so by accident, others on purpose, and at some number nobody else gets in.",
  "server-slow-body":
    "Uploads that trickle hold a connection and its buffers for minutes. A network that is bad for many callers at once becomes an outage of this service.",
  "server-keeps-serving":
    "A handful of callers on bad lines, or one that means harm, and the service answers nobody. It looks idle meanwhile: no load, no errors, no answers.",
  "retries-transient":
    "Every short disturbance of the provider reaches our callers as an error, although a second attempt would have succeeded.",
  bounded:
    "During an outage each call multiplies into many. The provider meets several times its usual load just when it tries to come back, and the outage lasts longer.",
  classification:
    "Requests that cannot succeed are sent again, and those that could are not: more load and later errors, or effects that happen twice.",
  "honours-retry-after":
    "The provider asks for a pause and does not get it. It throttles harder or blocks the client, and what was a slow minute becomes an outage.",
  "backs-off":
    "During an outage the provider meets the same rate of requests for as long as it lasts; nothing gives it room to recover.",
  jitters:
    "All instances come back at the same moments. The provider meets its load in waves and falls over again each time it comes up.",
  "spreads-retries":
    "Whatever makes many calls fail at one moment, a deployment or a dropped connection, is followed by all of them at one moment again: a short failure of the provider turns into several.",
  "no-hidden-replay":
    "The transport sends requests a second time without telling anybody: effects happen twice and no log of ours says so.",
  "key-present":
    "The provider cannot tell a repetition from a new request: each retry after a lost reply is another charge, order or message.",
  "key-stable":
    "Each retry looks like a new request to the provider: after a lost reply the effect happens again.",
  "key-unique":
    "Two different requests share a key: the second is answered with the result of the first and never takes effect.",
  "key-survives-restart":
    "After every crash and every deployment, commands that were under way are given again with other keys: whatever the provider had done already is done a second time.",
  "one-effect-on-lost-reply":
    "Whenever a reply is lost after the provider has done its work, the work is done again: customers are charged or served twice, and somebody has to find and undo it.",
  "one-effect-on-late-duplicate":
    "Whenever a request is held up on its way and the next attempt overtakes it, both take effect: customers are charged or served twice, minutes apart and without an error anywhere.",
  "tolerates-unknown-field":
    "The provider adds a field, which it may do on any day and without a word, and from that moment calls fail until this service is changed and deployed.",
  "survives-unknown-version":
    "On the day on which the provider moves to its next version, this service does not refuse what it cannot read: it falls over, keeps its callers waiting, or asks for the same answer again.",
  "rejects-broken-cleanly":
    "A gateway answers with a page of its own, or the provider with a document that lacks a field, and nobody hears of it: callers are told that it is done, wait without end, or lose the service.",
  "rejects-bad-certificate":
    "Whoever can stand between this service and its provider, or take over its name, is sent what the provider is sent, keys and customers' data included, and answers in its place; nobody notices.",
  replays:
    "A caller that lost our answer asks again, as it was told it may, and the work is done a second time, or it never learns that it was done the first time.",
  "serialises-concurrent":
    "A double click, a retry that overtakes its first attempt, two workers on one message: both are done, although they carry one key.",
  "rejects-mismatch":
    "A caller whose keys are not as unique as it believes gets the result of one request for another, or slips past the key: orders are confirmed that nobody carries out, or are carried out without their safeguard.",
  "completes-after-crash":
    "Each crash and each deployment leaves requests that were under way half done: repeated, they are done twice, or never, and somebody has to find them by hand.",
  "right-granularity":
    "The outage of one provider, or of one of its operations, becomes the outage of others that are well: their calls are refused unsent until it is over.",
  "bulkhead-isolates":
    "One slow provider fills the pool, the threads or the limit that all share, and calls that have nothing to do with it wait or fail with it.",
  "id-in-to-out":
    "The trace of a request ends at this service. In an incident nobody can tell which call to the provider belongs to which customer.",
  "logs-carry-id":
    "A failed call cannot be found in the logs by its id. Diagnosis takes hours of guessing by time of day.",
  "no-secrets-in-logs":
    "Everybody who can read the logs, and every system they are shipped to, has the secret. It must be taken as known to others, and replaced.",
};

/** What production would notice of a result. */
export function impactOf(result: Pick<CheckResult, "id" | "estimate" | "limit">): string | undefined {
  return isLoss(result)
    ? "Callers are told that it is done, and it is not: orders are confirmed that nobody charges, books or delivers, and nothing tries again. It comes out when a customer asks."
    : impacts[result.id];
}
