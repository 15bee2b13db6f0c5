import type { RequestRecord } from "../model.ts";

/** What a test says about a request of a sample; the rest is one of many that got the expected answer. */
export type RequestFacts = Partial<RequestRecord> & Pick<RequestRecord, "role">;

/** A request from its facts, its times in ms after the start of its call. */
export function requestOf(
  facts: RequestFacts,
  { call, number, startedMs }: { readonly call: string; readonly number: number; readonly startedMs: number },
): RequestRecord {
  const from = facts.startedMs ?? number * 10;
  const to = facts.endedMs === undefined ? from + 5 : facts.endedMs;
  return {
    type: "request",
    status: 201,
    expected: true,
    answer: "answer",
    error: null,
    ...facts,
    call,
    number,
    startedMs: startedMs + from,
    endedMs: to === null ? null : startedMs + to,
  };
}
