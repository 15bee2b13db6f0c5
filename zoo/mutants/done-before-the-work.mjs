import { consumer, correct } from "../consumers/base.mjs";
import { keeper, right } from "../consumers/keys.mjs";

/** Marks a request as done before the work: after a crash it is answered as done, and never was. */
export const keys = keeper({
  ...right,
  recover: (entries) => {
    for (const entry of entries.values()) {
      if (entry.state === "running")
        Object.assign(entry, { state: "done", answer: { status: 201, body: {} } });
    }
  },
});
export const call = consumer({ ...correct, key: ({ key }) => key });
