/** What a service may see of our own environment; everything else stays here. */
const allowed = new Set([
  "PATH",
  "HOME",
  "LANG",
  "TMPDIR",
  "TZ",
  "USER",
  "SHELL",
  "NODE_EXTRA_CA_CERTS",
  "JAVA_HOME",
]);

/** The environment of a process of the run: what is allowed of ours, then what the run and the contract add. */
export function childEnvironment(
  ours: Readonly<Record<string, string | undefined>>,
  ...added: readonly Readonly<Record<string, string>>[]
): Record<string, string> {
  const environment: Record<string, string> = {};
  for (const [name, value] of Object.entries(ours)) {
    if (value !== undefined && (allowed.has(name) || name.startsWith("LC_"))) environment[name] = value;
  }
  return Object.assign(environment, ...added);
}
