import { once } from "node:events";
import { placeOf, startSystem } from "./system.ts";

const usage = `node start.ts [--folder DIR] [--name NAME] [--port N] [--postgres [URL]] [--rabbitmq [URL]]

  Starts the example: embedded in SQLite where no server is named, over PostgreSQL and RabbitMQ where either is.
  The schema NAME ("orders") and the queues that begin with it are left in the servers, to be looked at.
`;
if (process.argv.includes("--help") || process.argv.includes("-h")) {
  process.stdout.write(usage);
  process.exit(0);
}
const place = await placeOf(process.argv.slice(2)).catch((failure: Error) => {
  process.stderr.write(`USAGE: ${failure.message}\n\n${usage}`);
  process.exit(2);
});
const system = await startSystem(place);
const schema = place.broker === null ? "" : ` --schema ${place.name}`;

process.stdout.write(`Orders are taken at ${system.url}; messages go ${place.broker === null ? "within the process" : "over RabbitMQ"}.
Database: ${place.database}
Log:      ${place.folder}/service.log

  curl -i ${system.url}/orders -H 'idempotency-key: mine-1' -H 'prefer: wait=5' \\
    -H 'content-type: application/json' \\
    -d '{"sku":"lamp","quantity":1,"card":"tok_fine"}'

  holdfast saga list --database ${place.database}${schema}

The card tok_refused is refused, and a desk has no price. Ctrl-C ends it.
`);

await Promise.race([once(process, "SIGINT"), once(process, "SIGTERM")]);
await system.stop();
