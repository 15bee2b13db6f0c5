import type { Pool } from "pg";
import { messageType } from "./run-name.ts";

/** A UUIDv7 of now, made by the server. */
const uuid7 = `(lpad(to_hex((extract(epoch from clock_timestamp()) * 1000)::bigint), 12, '0') || '7' || substr(md5(random()::text), 1, 3) || '8' || substr(md5(random()::text), 1, 15))::uuid`;

/** Writes messages into our outbox by the server itself: for scenes in which nobody is measured writing them. */
export async function fillOutbox(pool: Pool, schema: string, count: number, bytes = 400): Promise<void> {
  for (let from = 0; from < count; from += 5_000)
    await pool.query(
      `insert into ${schema}.outbox (id, type, source, key, content_type, headers, body)
select ${uuid7}, $1, '/bench', 'order-' || n, 'application/json', '{}', convert_to('{"text":"' || repeat('x', $2) || '"}', 'utf8')
from generate_series(1, $3::integer) as n`,
      [messageType, bytes - 11, Math.min(5_000, count - from)],
    );
}
