// A module scenario for tests: what a client library does with one call.
import process from "node:process";

export const stub = {
  ok: { body: '{"picky":true}' },
  okStatus: { POST: 200 },
  errors: { 503: { reason: "busy" } },
};

export async function call({ addresses, id, signal, traceparent }) {
  for (let attempt = 1; ; attempt++) {
    const answer = await fetch(`${addresses.payments}/v1/charges`, {
      method: "POST",
      headers: { "content-type": "application/json", traceparent },
      body: JSON.stringify({ id }),
      signal,
    });
    const body = await answer.json();
    if (answer.ok) {
      if (body.picky !== true) throw new Error("a client that wants its own answer");
      return;
    }
    if (attempt === 2) throw new Error(`gave up: ${body.reason}`);
  }
}

export async function close() {
  process.stdout.write("closed\n");
}
