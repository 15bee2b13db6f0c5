/** What the ground truth knows and no check answers: why. Kinds and exact numbers are held against the fingerprint. */
export const unmapped: Readonly<Record<string, string>> = {
  bodyStallTimeout:
    "No experiment sends a head and then nothing. The deadline check sends a body that trickles, which is the harder question: whoever ends a trickle ends a stall, and not the other way round.",
  retriesPost:
    "Mapped in its three parts (on503, onReset, on429); the column itself is whether any of them is true.",
  "facts.truncatedBodyNoticed":
    "The matrix of failures breaks a body off and counts the attempts; no check judges whether the caller hears of it when there is no second one.",
  "facts.strays":
    "Attempts behind the caller's back are counted by the check of bounded attempts; the truth has none in any configuration, so there is nothing to tell apart.",
  "facts.opScopedHeaders":
    "Which headers stay the same within a call is what the checks of keys look through for a key; the others belong to no commitment.",
  "facts.attemptScopedHeaders":
    "The check of resent requests lets ids, counters, dates and signatures change from attempt to attempt, and these are all of that kind.",
};
