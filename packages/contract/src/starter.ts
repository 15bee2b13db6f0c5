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

/** A commented contract to start from: it reads without problems, and every line says what it is for. */
export function starter(options: StarterOptions = {}): string {
  const { service = "my-service", start = "node service.js", integration = "payments" } = options;
  const { url = "http://127.0.0.1:${port}", provider = "stub" } = options;
  const name = integration.replaceAll(/[^A-Za-z0-9_-]/g, "-") || "provider";
  const variable = `${name.toUpperCase().replaceAll("-", "_").replace(/^(\d)/, "_$1")}_URL`;
  const isStub = provider === "stub";
  return `# The reliability contract of ${oneLine(service)}: what its integrations commit to.
# \`holdfast verify\` starts the service, breaks each integration on purpose and shows which commitments are kept.
# Durations: 250ms, 2s, 5m. Ratios: 20% or 0.2. \${NAME} reads the environment; \${port} is a free port.
holdfast: 1

service:
  name: ${quoted(service)}
  start: ${quoted(start)}            # starts one instance; no shell
  url: ${quoted(url)}
  ready: GET /health                 # answers 2xx once it is ready
  env:
    PORT: "\${port}"                  # how the service learns its port
  logs: json                         # json, logfmt or text, from standard output and standard error
  correlation: traceparent           # or the name of the header in use, such as x-request-id
  serves:
    work: { request: POST /work, deadline: 5s }   # what the service commits to its own callers

integrations:
  ${name}:
    protocol: http
    provider: ${isStub ? "stub" : `{ url: ${quoted(provider)} }`}${isStub ? "                   # built in, and counts effects; or { url: … }" : ""}
    address: { env: ${variable} }   # how the service learns where the provider is
    operations:
      create:
        request: POST /v1/things     # :name matches one segment of a path
        idempotency: { key: Idempotency-Key }
        effectKey: /id               # what in the body makes two executions the same effect
        answer: { status: 201, json: { id: "\${call.id}", status: done } }
    policy:                          # what is declared is checked; what is not is advice at most
      deadline: 4s                   # a whole call, with retries and waits
      attemptTimeout: 1s
      retry:
        attempts: 3                  # all attempts, the first included
        on: [connect-failure, reset, timeout, 429, 5xx]
        backoff: { base: 100ms, cap: 1s, jitter: full }
    severity: high                   # critical, high, medium or low
    # slo: { availability: 99.9%, latency: { p99: 1s }, window: 30d }
    # runbook: runbooks/${name}.md

scenarios:
  do-work:                           # how to make the service use its integrations once
    http: { request: POST /work, json: { id: "\${call.id}" } }
    expect: { status: 201 }
    uses: [${name}.create]
${isStub ? `    effects:\n      done: { stub: ${name}.create, count: 1 }   # exactly one effect for each call that succeeds\n` : ""}`;
}

/** A text as a YAML scalar that means exactly it. */
function quoted(value: string): string {
  return /^[A-Za-z][A-Za-z0-9 ./_-]*$/.test(value) && !/^(true|false|null|yes|no|on|off)$/i.test(value)
    ? value.trim()
    : JSON.stringify(value);
}

function oneLine(value: string): string {
  return value.replaceAll(/\s+/g, " ");
}
