import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { createTables, openDatabase } from "./database.ts";
import { ordersServer } from "./http.ts";
import { log } from "./log.ts";
import { ordersDelivery } from "./orders.ts";
import { readSettings } from "./settings.ts";

const settings = readSettings(process.env);
const { store, close } = openDatabase(settings);
const d = ordersDelivery(store, settings);
await d.migrate();
await createTables(store);

const stop = new AbortController();
for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => stop.abort());

const { part } = settings;
const working = d.run({
  signal: stop.signal,
  ...(part === "all"
    ? {}
    : { only: part === "web" ? (["relay"] as const) : (["consumers", "sagas"] as const) }),
});
const server = part === "worker" ? null : ordersServer(d, store);
if (server !== null) {
  server.listen(settings.port, "127.0.0.1");
  await once(server, "listening");
  log({ type: "listening", port: (server.address() as AddressInfo).port });
}
log({ type: "started", part });

await working;
if (server !== null) {
  server.close();
  server.closeAllConnections();
}
await d.close();
await close();
log({ type: "stopped", part });
