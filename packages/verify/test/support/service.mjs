// A small service for tests: POST /orders calls the provider, three times at most. MODE makes it misbehave in one way.
import { spawn } from "node:child_process";
import { createServer } from "node:http";
import { connect } from "node:net";
import process from "node:process";

const { MODE = "good", PORT, PROVIDER_URL } = process.env;
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

if (MODE === "exits") {
  console.error("cannot read the configuration file");
  process.exit(7);
}
if (MODE === "port-taken") {
  console.error(`Error: listen EADDRINUSE: address already in use :::${PORT}`);
  process.exit(1);
}
if (MODE === "ignores-term") process.on("SIGTERM", () => console.log("not now"));
if (MODE === "grandchild") {
  spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"], { detached: true, stdio: "ignore" }).unref();
}
if (MODE === "flood") {
  const line = "x".repeat(1000);
  setInterval(() => {
    for (let count = 0; count < 300; count++) console.log(line);
  }, 10);
}

if (MODE === "past") connect(Number(process.env.PAST), "127.0.0.1");

async function charge(traceparent, body) {
  for (let attempt = 1; ; attempt++) {
    try {
      const answer = await fetch(`${PROVIDER_URL}/v1/charges`, {
        method: "POST",
        headers: { "content-type": "application/json", traceparent, "idempotency-key": `key-${body.id}` },
        body: JSON.stringify(body),
        signal: AbortSignal.timeout(300),
      });
      await answer.text();
      if (answer.ok) return;
      throw new Error(`provider answered ${answer.status}`);
    } catch (error) {
      console.log(JSON.stringify({ level: "warn", attempt, error: String(error), traceparent }));
      if (MODE === "dies-on-fault") process.exit(3);
      if (attempt === 3) throw error;
      await pause(50 * attempt);
    }
  }
}

const counts = { orders: 0, failed: 0 };

/** Its metrics, with a secret in them that nobody should see. */
function metrics() {
  return [
    `# HELP orders_total Orders, asked for with ${process.env.PAYMENTS_API_KEY}.`,
    "# TYPE orders_total counter",
    `orders_total{outcome="good"} ${counts.orders - counts.failed}`,
    `orders_total{outcome="failed",with="${process.env.PAYMENTS_API_KEY}"} ${counts.failed}`,
    "",
  ].join("\n");
}

let charged = false;

async function serve(traceparent, body) {
  if (MODE === "no-call" || (MODE === "caches" && charged)) return;
  charged = true;
  if (MODE === "background") setTimeout(() => charge(traceparent, body), 400);
  else await charge(traceparent, body);
}

async function health(response) {
  response.statusCode = MODE === "never-ready" ? 503 : 200;
  // Slow to say so once it was called.
  if (MODE === "slow-ready" && charged) await pause(900);
  response.end();
}

const server = createServer(async (request, response) => {
  if (request.url === "/health") return health(response);
  if (request.url === "/metrics") {
    console.log(JSON.stringify({ level: "info", path: request.url }));
    return response.end(metrics());
  }
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  counts.orders++;
  const traceparent = request.headers.traceparent ?? "";
  try {
    const body = JSON.parse(Buffer.concat(chunks).toString());
    if (MODE === "leaks") {
      console.log(
        `auth ${request.headers.authorization} card ${body.card} env ${process.env.HOLDFAST_CANARY_SECRET}`,
      );
      console.log(
        `key ${process.env.PAYMENTS_API_KEY} ${Buffer.from(request.headers.cookie).toString("base64")}`,
      );
    }
    await serve(traceparent, body);
    if (MODE === "big") response.write("y".repeat(10_000_000));
    response.statusCode = MODE === "fails" ? 500 : 201;
    response.end('{"ok":true}');
  } catch (error) {
    counts.failed++;
    response.statusCode = 502;
    response.end(JSON.stringify({ error: String(error) }));
  }
});
server.listen(Number(PORT), "127.0.0.1", () =>
  console.log(JSON.stringify({ level: "info", listening: PORT })),
);
