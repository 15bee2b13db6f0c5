// An exec scenario for tests: one command per call.
import process from "node:process";

const answer = await fetch(`${process.env.PROVIDER_URL}/v1/charges`, {
  method: "POST",
  headers: { "content-type": "application/json", traceparent: process.env.TRACEPARENT },
  body: JSON.stringify({ id: process.env.HOLDFAST_CALL_ID }),
});
console.log(`answered ${answer.status} ${process.env.TRACEPARENT}`);
process.exit(answer.ok ? 0 : 1);
