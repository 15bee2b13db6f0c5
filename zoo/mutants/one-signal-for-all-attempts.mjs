import { consumer, correctRead } from "../consumers/base.mjs";

/** Keeps one abort controller for all attempts of a call: after one timeout every further attempt is aborted before it is sent. */
export const call = (input) => {
  const controller = new AbortController();
  const limited = async (limitMs, work) => {
    const timer = setTimeout(() => controller.abort(new Error("no answer in time")), limitMs);
    try {
      return await work(controller.signal);
    } finally {
      clearTimeout(timer);
    }
  };
  return consumer({ ...correctRead, limited })(input);
};
