/** What a service can be asked for beside its charge: a price, of the same provider or of one of its own where the contract has one. */
import { correct, correctRead } from "./base.mjs";
import { tokenBudget } from "./budget.mjs";

const provider = process.env.PRICES_URL === undefined ? "payments" : "prices";

/** The correct behaviours of the read beside. */
export const correctBeside = {
  ...correctRead,
  budget: tokenBudget({ tokens: 60, perSuccess: 0.2 }),
  record: (event, call, fields) => correct.record(event, call, { ...fields, provider }),
};
