import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { clientsFolder } from "./install.ts";

/** An HTTP client of a language as it comes, without a library around it. */
export interface Transport {
  readonly id: string;
  readonly client: string;
  readonly language: string;
  readonly config: string;
  /** The program that makes its requests (see `transports/pipe.mjs`), or an adapter for Node. */
  readonly program: readonly string[] | string;
  /** What builds the program, once. */
  readonly build?: readonly string[];
  /** What prints its version; the program itself with `--version` when left out. */
  readonly version?: readonly string[];
}

const here = join(import.meta.dirname, "transports");
const built = join(clientsFolder, "transports");
const javac = (name: string) => ["javac", "-d", built, join(here, `${name}.java`)];
const goProgram = join(built, "net_http");
const goBuild = ["go", "build", "-o", goProgram, join(here, "net_http.go")];

/** The transports of languages that Debian packages, and of Node. */
export const transports: readonly Transport[] = [
  {
    id: "node-http",
    client: "node:http",
    language: "JavaScript",
    config: "an agent with keepAlive",
    program: join(here, "node-http.mjs"),
    version: [process.execPath, "-p", "`Node ${process.versions.node}`"],
  },
  {
    id: "python-requests",
    client: "requests",
    language: "Python",
    config: "a Session, default",
    program: ["python3", join(here, "python_requests.py")],
  },
  {
    id: "python-urllib3",
    client: "urllib3",
    language: "Python",
    config: "a PoolManager, default",
    program: ["python3", join(here, "python_urllib3.py")],
  },
  {
    id: "java-http-client",
    client: "java.net.http.HttpClient",
    language: "Java",
    config: "default, HTTP/1.1",
    program: ["java", "-cp", built, "JavaHttpClient"],
    build: javac("JavaHttpClient"),
  },
  {
    id: "java-url-connection",
    client: "java.net.HttpURLConnection",
    language: "Java",
    config: "default",
    program: ["java", "-cp", built, "JavaUrlConnection"],
    build: javac("JavaUrlConnection"),
  },
  {
    id: "go-net-http",
    client: "net/http",
    language: "Go",
    config: "the default client",
    program: [goProgram],
    build: goBuild,
  },
  {
    id: "go-net-http-keyed",
    client: "net/http",
    language: "Go",
    config: "the default client, a POST with Idempotency-Key",
    program: ["env", "KEYED=1", goProgram],
    build: goBuild,
    version: [goProgram, "--version"],
  },
  {
    id: "curl",
    client: "curl",
    language: "command line",
    config: "--fail, a process for each call",
    program: join(here, "curl.mjs"),
    version: ["sh", "-c", "curl --version | head -1 | cut -d ' ' -f 2"],
  },
  {
    id: "php-curl",
    client: "the curl extension",
    language: "PHP",
    config: "one handle, default",
    program: ["php", join(here, "curl.php")],
  },
  {
    id: "ruby-net-http",
    client: "Net::HTTP",
    language: "Ruby",
    config: "one started session, default",
    program: ["ruby", join(here, "net_http.rb")],
  },
  {
    id: "perl-http-tiny",
    client: "HTTP::Tiny",
    language: "Perl",
    config: "default",
    program: ["perl", join(here, "http_tiny.pl")],
  },
];

/** A transport that runs here: its version, and the adapter by which it is called. */
export interface Prepared {
  readonly version: string;
  readonly adapter: string;
}

/** Builds a transport and writes its adapter; `null` when what it takes is not on this machine. */
export function prepareTransport({ id, program, build, version }: Transport): Prepared | null {
  mkdirSync(built, { recursive: true });
  try {
    if (build !== undefined) run(build);
    const asked = version ?? (typeof program === "string" ? [] : [...program, "--version"]);
    const known = run(asked).trim();
    if (typeof program === "string") return { version: known, adapter: program };
    const adapter = join(built, `${id}.mjs`);
    writeFileSync(adapter, adapterOf(program));
    return { version: known, adapter };
  } catch {
    return null;
  }
}

function adapterOf(program: readonly string[]): string {
  const pipe = pathToFileURL(join(here, "pipe.mjs")).href;
  return `import { piped } from ${JSON.stringify(pipe)};\nexport const { meta, call } = piped(${JSON.stringify(program)});\n`;
}

function run([command = "", ...args]: readonly string[]): string {
  return execFileSync(command, args, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
}
