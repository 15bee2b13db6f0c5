import { DatabaseSync } from "node:sqlite";

/** Opens the table of orders in `file` (`:memory:` keeps it to this process). */
export function openOrders(file) {
  const database = new DatabaseSync(file);
  database.exec(`
    create table if not exists orders (
      id text primary key, amount integer not null, status text not null, charge text
    ) strict;
    create table if not exists answers (
      order_id text not null, status integer not null, body text not null
    ) strict;
  `);

  const insert = database.prepare(
    "insert or ignore into orders (id, amount, status) values (?, ?, 'pending')",
  );
  const settle = database.prepare("update orders set status = ?, charge = ? where id = ?");
  const find = database.prepare("select id, amount, status, charge from orders where id = ?");
  const keep = database.prepare("insert into answers (order_id, status, body) values (?, ?, ?)");

  return {
    /** Stores a pending order, unless one with this id is there already; answers what is stored now. */
    place({ id, amount }) {
      insert.run(id, amount);
      return this.find(id);
    },
    markPaid: (id, charge) => settle.run("paid", charge, id),
    markFailed: (id) => settle.run("failed", null, id),
    find(id) {
      const row = find.get(id);
      return row === undefined ? undefined : { ...row };
    },
    /** Keeps what the payment provider answered, for the auditors. */
    keepAnswer: (orderId, status, body) => keep.run(orderId, status, body),
    close: () => database.close(),
  };
}
