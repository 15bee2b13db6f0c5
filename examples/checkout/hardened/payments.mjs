import { paymentsPolicy } from "./policy.mjs";

/** The payment provider at `url`: a function that charges an order and answers the charge, or throws a payment failure. */
export async function paymentsAt({ url, apiKey, orders, via }) {
  // The same policy on three clients; one is enough for a service.
  const { senderUnder } = await import(`./via/${via}.mjs`);
  const send = senderUnder(paymentsPolicy);

  return async function charge(order) {
    const { status, text } = await sendOf(send, `${url}/v1/charges`, {
      method: "POST",
      headers: {
        authorization: `Bearer ${apiKey}`,
        "content-type": "application/json",
        // Made from the order: the same on every attempt, and after a restart of this service.
        "idempotency-key": `charge-${order.id}`,
      },
      body: JSON.stringify({ orderId: order.id, amount: order.amount, currency: "EUR", card: order.card }),
    });
    orders.keepAnswer(order.id, status, text);
    return chargeFrom(status, text);
  };
}

/** Sends, and tells in the service's own words what went wrong: the policy's, or that of a body that broke off. */
async function sendOf(send, url, request) {
  try {
    return await send(url, request);
  } catch (error) {
    const { code = "BROKEN_OFF", failure: last } = error;
    const kind = code.startsWith("TIMEOUT") || last?.word === "timeout" ? "timeout" : "network";
    throw failure(kind, `the call to the payment provider ended with ${code}`, { code, cause: error });
  }
}

function chargeFrom(status, text) {
  if (status < 200 || status > 299) {
    throw failure("refused", `the payment provider answered ${status}`, { status });
  }
  try {
    return JSON.parse(text);
  } catch {
    throw failure("unreadable", "the payment provider answered something that is not JSON");
  }
}

function failure(kind, message, { cause, ...fields } = {}) {
  return Object.assign(new Error(message, { cause }), { kind, ...fields });
}
