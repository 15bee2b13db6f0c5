/** What the service of a consumer tells Prometheus: how the calls that it was asked for ended. */
const ended = { ok: 0, error: 0 };

/** Counts the calls of a function by how they end. */
export async function counted(work) {
  try {
    const answer = await work();
    ended.ok++;
    return answer;
  } catch (failure) {
    ended.error++;
    throw failure;
  }
}

/** The metrics as they are now; both series are there from the start, so that the first failure is growth. */
export function exposition() {
  const lines = Object.entries(ended).map(
    ([outcome, count]) => `payments_calls_total{outcome="${outcome}"} ${count}\n`,
  );
  return `# TYPE payments_calls_total counter\n${lines.join("")}`;
}
