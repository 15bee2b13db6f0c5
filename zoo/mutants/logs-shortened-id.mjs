import { consumer, correct } from "../consumers/base.mjs";

/** Logs eight digits of the trace id, which nothing else can be joined with. */
export const call = consumer({
  ...correct,
  record: (event, call, fields) => {
    const record = correct.record(event, call, fields);
    return { ...record, traceId: record.traceId.slice(0, 8) };
  },
});
