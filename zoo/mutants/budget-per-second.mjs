import { consumer, correctRead } from "../consumers/base.mjs";
import { tokenBudget } from "../consumers/budget.mjs";

/** Its budget is filled up again every tenth of a second. */
let budget = correctRead.budget;
setInterval(() => {
  budget = tokenBudget({ tokens: 60, perSuccess: 0.2 });
}, 100).unref();

export const call = consumer({
  ...correctRead,
  budget: { take: () => budget.take(), succeeded: () => budget.succeeded() },
});
