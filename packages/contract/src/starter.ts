/** What a starter is about; everything has an answer that can be changed later. */
export interface StarterOptions {
  /** The name of the service; default `my-service`. */
  readonly service?: string;
  /** The command that starts it; default `node service.js`. */
  readonly start?: string;
  /** Where it listens; default a free port. */
  readonly url?: string;
  /** The first provider, by its name; default `payments`. */
  readonly integration?: string;
  /** Where that provider runs; default the built-in stub. */
  readonly provider?: string;
}

/** How a line is marked that only the owner of a service can fill in. */
const yoursMark = "# <- yours";

/**
 * A commented contract to start from: it reads without problems. Every line that is a guess is marked `# <- yours`; what was
 * given in the options is none.
 */
export function starter(options: StarterOptions = {}): string {
  const { service = "my-service", start = "node service.js", integration = "payments" } = options;
  const { url = "http://127.0.0.1:${port}", provider = "stub" } = options;
  const name = integration.replaceAll(/[^A-Za-z0-9_-]/g, "-") || "provider";
  const variable = `${name.toUpperCase().replaceAll("-", "_").replace(/^(\d)/, "_$1")}_URL`;
  const isStub = provider === "stub";
  const line = (text: string, given: string | undefined, doc: string): string =>
    `${text.padEnd(36)} ${given === undefined ? `${yoursMark}: ` : "# "}${doc}`;
  const yours = (text: string, doc: string): string => line(text, undefined, doc);
  return `# The reliability contract of ${oneLine(service)}: what its integrations commit to.
# \`holdfast verify\` starts the service, breaks each integration on purpose and shows which commitments are kept.
# Durations: 250ms, 2s, 5m. Ratios: 20% or 0.2. \${NAME} reads the environment; \${port} is a free port.
# Lines with "<- yours" are guesses: put there what is true of your service. All others may stay as they are.
holdfast: 1

service:
${line(`  name: ${quoted(service)}`, options.service, "how reports call it")}
${line(`  start: ${quoted(start)}`, options.start, "starts one instance; no shell")}
${line(`  url: ${quoted(url)}`, options.url, "where it answers")}
${yours("  ready: GET /health", "answers 2xx once it is ready")}
  env:
${yours('    PORT: "${port}"', "how the service learns its port")}
  logs: json                         # json, logfmt or text, from standard output and standard error
  # metrics: GET /metrics            # Prometheus metrics, read while faults are made
  correlation: traceparent           # or the name of the header in use, such as x-request-id
  serves:                            # what the service commits to its own callers
${yours("    work: { request: POST /work, deadline: 5s }", "one of its requests")}

integrations:
${line(`  ${quoted(name)}:`, options.integration, "a provider that the service calls")}
    protocol: http
    provider: ${isStub ? "stub" : `{ url: ${quoted(provider)} }`}${isStub ? "                   # built in, and counts effects; or { url: … }" : ""}
${yours(`    address: { env: ${variable} }`, "how the service learns where the provider is")}
    operations:
${yours("      create:", "a name for the request; uses and effects below refer to it")}
${yours("        request: POST /v1/things", "its method and path; :name matches one segment")}
${yours("        idempotency: { key: Idempotency-Key }", "the header with the key; remove it where there is none")}
${yours("        effectKey: /id", "what in the body makes two executions the same effect")}
${yours('        answer: { status: 201, json: { id: "${call.id}", status: done } }', "what the provider answers")}
    policy:                          # what is declared is checked; what is not is advice at most
${yours("      deadline: 4s", "a whole call, with retries and waits")}
${yours("      attemptTimeout: 1s", "one attempt, to the last byte of the answer")}
      retry:
${yours("        attempts: 3", "all attempts, the first included")}
${yours("        on: [connect-failure, reset, timeout, 429, 5xx]", "what is tried again")}
${yours("        backoff: { base: 100ms, cap: 1s, jitter: full }", "how long it waits in between")}
    severity: high                   # critical, high, medium or low
    # slo: { availability: 99.9%, latency: { p99: 1s }, window: 30d }
    # runbook: runbooks/${name}.md

scenarios:
  do-work:                           # how to make the service use its integrations once
${yours('    http: { request: POST /work, json: { id: "${call.id}" } }', "a request to your service")}
${yours("    expect: { status: 201 }", "what it answers when nothing is broken")}
    uses: [${name}.create]
${isStub ? `    effects:\n      done: { stub: ${name}.create, count: 1 }   # exactly one effect for each call that succeeds\n` : ""}`;
}

/** A text as a YAML scalar that means exactly it. */
function quoted(value: string): string {
  const plain = /^[A-Za-z]([A-Za-z0-9 ./_-]*[A-Za-z0-9./_-])?$/.test(value);
  return plain && !/^(true|false|null|yes|no|on|off)$/i.test(value) ? value : JSON.stringify(value);
}

function oneLine(value: string): string {
  return value.replaceAll(/\s+/g, " ");
}
