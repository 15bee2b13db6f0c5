/** Why a verdict differs from the ground truth, by `<configuration>: <column>`; found out by reading the run and the client. */
export const explanations: Readonly<Record<string, string>> = {
  "slack-default: boundedAttempts":
    "Its default policy is ten retries in about thirty minutes. A watch of 20 s sees five attempts at growing intervals: neither an end nor an endless stream, and the check says so.",
  "wretch-retry: boundedAttempts":
    "Ten retries with waits of 0.5 s, 1 s, 1.5 s, … take 27 s and more. A watch of 20 s sees nine attempts at growing intervals: neither an end nor an endless stream, and the check says so.",
};
