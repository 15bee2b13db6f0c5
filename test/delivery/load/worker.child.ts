import process from "node:process";
import { type CrashPoint, onCrashPoint } from "@holdfast/delivery/testing";
import { journal } from "../../../crash/facts.ts";
import { type DatabasePlace, openDatabase } from "./databases.ts";
import { type BrokerPlace, openBroker, openDelivery } from "./workers.ts";

/** What a worker in a process of its own is told. */
export interface WorkerOrders {
  readonly database: DatabasePlace;
  readonly broker: BrokerPlace;
  /** Where it writes what it reports. */
  readonly journal: string;
  /** Where it stops itself, one after the other. */
  readonly stops: readonly CrashPoint[];
}

/** A line of its journal. */
export type WorkerLine =
  | { readonly at: "stopping" | "going"; readonly point: string }
  | { readonly at: "event"; readonly type: string };

const orders = JSON.parse(process.argv[2] ?? "") as WorkerOrders;
const lines = journal<WorkerLine>(orders.journal);
const stops = [...orders.stops];
onCrashPoint((point) => {
  if (stops[0] !== point) return;
  stops.shift();
  lines.write({ at: "stopping", point });
  process.kill(process.pid, "SIGSTOP");
  lines.write({ at: "going", point });
});
const database = openDatabase(orders.database);
const told = new Set(["relay.lease-lost", "consume.lease-lost", "consume.handled"]);
const d = openDelivery(
  database,
  openBroker(orders.broker),
  ({ type }) => {
    if (told.has(type)) lines.write({ at: "event", type });
  },
  "name" in orders.broker ? { name: orders.broker.name } : {},
);
const stop = new AbortController();
process.stdin.on("end", () => stop.abort()).resume();
await d.run({ signal: stop.signal });
await d.close();
await database.close();
lines.close();
