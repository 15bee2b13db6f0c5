import { randomUUID } from "node:crypto";
import { render } from "@holdfast/contract";
import { invariant } from "@holdfast/core";
import type { RequestRecord } from "../model.ts";
import type { CallIdentity } from "./call-ids.ts";
import type { DrivenCall } from "./drivers/driver.ts";
import { mismatch } from "./drivers/expectation.ts";
import { type PlainRequest, requestOf } from "./drivers/http.ts";
import { httpRequest } from "./drivers/http-request.ts";
import type { Instance } from "./instance.ts";
import { canonical, keyIn, withKey, withOtherNumber } from "./keyed-request.ts";
import type { RunContext } from "./run-context.ts";
import { callValues } from "./template-values.ts";

/** Asks the service as a caller of its own, and records every request of the sample. */
export interface Asker {
  /** Sends the call's request under the sample's key, or with `other` the request of another call under the same key. */
  ask(
    role: RequestRecord["role"],
    wanted: { readonly untilMs: number; readonly other?: CallIdentity },
  ): Promise<RequestRecord>;
  /** Records a request that was made in another way. */
  note(request: Omit<RequestRecord, "type" | "call" | "number">): RequestRecord;
}

/** An asker for one call on an instance; `key` is where its requests carry their key, `null` for requests without one. */
export function openAsker(
  context: RunContext,
  instance: Instance,
  call: DrivenCall,
  key: string | null,
): Asker {
  const { clock, redactor, signal } = context;
  const { scenario } = instance;
  const own = plainRequest(context, instance, call);
  const value = key === null ? "" : (keyIn(own, key) ?? randomUUID());
  const keyed = (request: PlainRequest): PlainRequest =>
    key === null ? request : withKey(request, key, value);
  let count = 0;

  function otherOf(other: CallIdentity): PlainRequest {
    const values = callValues(instance.values, other.id);
    const request = keyed(plainRequest(context, instance, { ...other, values }));
    return request.body === keyed(own).body ? (withOtherNumber(request) ?? request) : request;
  }

  const note: Asker["note"] = (request) => {
    const error = request.error === null ? null : redactor.text(request.error).slice(0, 100);
    const record: RequestRecord = { type: "request", call: call.id, number: count++, ...request, error };
    context.record(record);
    return record;
  };

  return {
    note,
    ask: async (role, { untilMs, other }) => {
      let startedMs = clock.monotonic();
      const limit = AbortSignal.timeout(Math.max(1, Math.round(untilMs - startedMs)));
      const answer = await httpRequest({
        ...(other === undefined ? keyed(own) : otherOf(other)),
        signal: AbortSignal.any([limit, signal]),
        sent: () => {
          startedMs = clock.monotonic();
        },
      });
      const endedMs = limit.aborted && answer.kind === "error" ? null : clock.monotonic();
      if (answer.kind === "error") {
        return note({
          role,
          startedMs,
          endedMs,
          status: null,
          expected: false,
          answer: null,
          error: answer.code,
        });
      }
      const values = other === undefined ? call.values : callValues(instance.values, other.id);
      const expected = mismatch(scenario.expect, answer, (template) => render(template, values)) === null;
      const digest = redactor.fingerprint(canonical(answer.body));
      return note({ role, startedMs, endedMs, status: answer.status, expected, answer: digest, error: null });
    },
  };
}

/** The request of the instance's scenario for a call, as its driver would send it. */
export function plainRequest(
  { contract, canaries }: RunContext,
  { scenario, url }: Instance,
  call: Pick<DrivenCall, "traceparent" | "correlation" | "values">,
): PlainRequest {
  const { act } = scenario;
  invariant(act.kind === "http" && url !== null, "only a service with a url is asked over HTTP");
  const correlation = contract.service?.correlation ?? null;
  const correlationHeader = correlation === "traceparent" ? null : correlation;
  return requestOf({ act, url, correlationHeader, planted: canaries }, call);
}
