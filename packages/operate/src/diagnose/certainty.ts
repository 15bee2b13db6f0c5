/** How sure a statement is: `certain` only where the lines say so themselves. */
export type Certainty = "certain" | "likely" | "possible";
