import type { Runs } from "../relay/statements.ts";
import { crashesSuspect } from "../relay/verdict.ts";
import { nowMs } from "../sql.ts";
import type { Aside, Entry } from "./page.ts";
import type { LogTables } from "./tables.ts";

/** Copies messages from the log into the queue, inside the transaction that moves the cursor behind them. */
export async function putAside(
  runs: Runs,
  { log, outbox }: LogTables,
  entries: readonly Entry[],
): Promise<void> {
  const asides = entries.flatMap(({ place, ending }) =>
    ending?.kind === "aside" ? [{ place, ending }] : [],
  );
  if (asides.length === 0) return;
  const of = <T>(value: (ending: Aside) => T): readonly T[] => asides.map(({ ending }) => value(ending));
  await runs.query(
    `insert into ${outbox} (id, type, source, key, content_type, headers, body, created_ms, state, due_ms, started, failed, history)
select l.id, l.type, l.source, l.key, l.content_type, l.headers, l.body, l.created_ms, a.state,
  case when a.wait > 0 then ${nowMs.postgres} + a.wait else 0 end, a.started, a.failed, a.history
from unnest($1::xid8[], $2::bigint[], $3::smallint[], $4::bigint[], $5::smallint[], $6::smallint[], $7::text[]) as a(txid, lid, state, wait, started, failed, history)
join ${log} l on l.txid = a.txid and l.lid = a.lid
on conflict (id) do nothing`,
    [
      asides.map(({ place }) => String(place.txid)),
      asides.map(({ place }) => String(place.lid)),
      of(stateOf),
      of(({ waitMs }) => Math.ceil(waitMs)),
      of(({ started }) => started),
      of(({ failed }) => failed),
      of(({ history }) => (history.length === 0 ? null : JSON.stringify(history))),
    ],
    "log-aside",
  );
}

/** The queue's states: what waits, what is suspected of bringing processes down, and what is ready. */
function stateOf({ waitMs, started, failed }: Aside): number {
  if (waitMs > 0) return 1;
  return started - failed >= crashesSuspect ? 2 : 0;
}
