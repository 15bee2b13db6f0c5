/** What the service of a consumer tells Prometheus: how the calls that it was asked for ended, by provider. */
const providers = process.env.PRICES_URL === undefined ? ["payments"] : ["payments", "prices"];
const ended = Object.fromEntries(providers.map((provider) => [provider, { ok: 0, error: 0 }]));

/** Counts the calls of a function to a provider by how they end. */
export async function counted(provider, work) {
  try {
    const answer = await work();
    ended[provider].ok++;
    return answer;
  } catch (failure) {
    ended[provider].error++;
    throw failure;
  }
}

/** The metrics as they are now; all series are there from the start, so that the first failure is growth. */
export function exposition() {
  const family = ([provider, outcomes]) => {
    const lines = Object.entries(outcomes).map(
      ([outcome, count]) => `${provider}_calls_total{outcome="${outcome}"} ${count}\n`,
    );
    return `# TYPE ${provider}_calls_total counter\n${lines.join("")}`;
  };
  return Object.entries(ended).map(family).join("");
}
