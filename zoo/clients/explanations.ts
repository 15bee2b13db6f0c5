/** Why a verdict differs from the ground truth, by `<configuration>: <column>`; found out by reading the run and the client. */
export const explanations: Readonly<Record<string, string>> = {};
