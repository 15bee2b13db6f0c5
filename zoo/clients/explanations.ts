const late =
  "Taken on two cores that other work kept busy: most waits came up to a tenth of a second late, which hides jitter and the lack of it alike, and the check says so. On a quiet machine it decides.";
const patient = (what: string) =>
  `${what}, so fewer than 30 of the 150 calls of the load had failed before the last began: too few to say that nothing would have opened.`;

/** Why a verdict differs from the ground truth, by `<configuration>: <column>`; found out by reading the run and the client. */
export const explanations: Readonly<Record<string, string>> = {
  "aws-sqs: backoff":
    "Its first waits are of 38 and 41 ms in the median, full jitter on 100 ms cut short, and came late by about as much as they are long: 60 calls do not show that they grow.",
  "superagent-retry: backoff":
    "It waits 1 ms, which takes 29 ms on a slow machine: that is no longer than what an attempt takes there that follows at once.",
  "slack-default: boundedAttempts":
    "Its default policy is ten retries in about thirty minutes. A watch of 20 s sees five attempts at growing intervals: neither an end nor an endless stream, and the check says so.",
  "wretch-retry: boundedAttempts":
    "Ten retries with waits of 0.5 s, 1 s, 1.5 s, … take 27 s and more. A watch of 20 s sees nine attempts at growing intervals: neither an end nor an endless stream, and the check says so.",
  "got-default: jitter": `The weakest jitter of all, up to 100 ms on a second. ${late}`,
  "hubspot-retries: jitter": late,
  "ky-default: jitter": late,
  "ofetch-retry: jitter": late,
  "axios-infinite: circuitBreaker": patient("A call never ends"),
  "gcs-storage: circuitBreaker": patient("A failing call takes about 15 s"),
  "octokit-retry: circuitBreaker": patient("A failing call takes 14 s, and ten run at a time"),
  "slack-default: circuitBreaker": patient("A failing call takes half an hour"),
  "stripe-retries5: circuitBreaker": patient("A failing call takes about 6 s"),
  "undici-retryagent: circuitBreaker": patient("A failing call takes 15 s"),
  "wretch-retry: circuitBreaker": patient("A failing call takes 27 s"),
};
