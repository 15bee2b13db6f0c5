import assert from "node:assert/strict";
import { existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { commands, dispatch } from "holdfast";
import { contractOf, type Ended, folder, holdfast, survivorsOf } from "./support/cli.ts";

/** What is given: files, words, environment; and what must come of it: exit status and words on stderr. */
interface Case {
  readonly what: string;
  readonly contract?: string;
  readonly words?: readonly string[];
  readonly status: number;
  readonly says: RegExp;
}

const wrongContracts: readonly Case[] = [
  { what: "a missing contract", status: 2, says: /FILE_MISSING[\s\S]*Remedy: Run holdfast init/ },
  { what: "an empty contract", contract: "", status: 2, says: /holdfast\.yaml:1:1[\s\S]*Remedy:/ },
  {
    what: "a YAML error",
    contract: "holdfast: 1\nservice: { name: x\n",
    status: 2,
    says: /holdfast\.yaml:\d+:\d+[\s\S]*Remedy:/,
  },
  {
    what: "an unknown key",
    contract: contractOf("good", { "policy:": "policy: { deadlin: 2s }" }),
    status: 2,
    says: /UNKNOWN_KEY[\s\S]*\^[\s\S]*deadline/,
  },
  {
    what: "an unknown protocol",
    contract: contractOf("good", { "protocol:": "protocol: htpp" }),
    status: 2,
    says: /holdfast\.yaml:12:\d+[\s\S]*http/,
  },
  {
    what: "an unknown duration",
    contract: contractOf("good", { "policy:": "policy: { deadline: two seconds }" }),
    status: 2,
    says: /two seconds[\s\S]*250ms/,
  },
  {
    what: "an unset variable",
    contract: contractOf("good", {
      "http:": 'http: { request: POST /orders, headers: { a: "${NOT_SET_ANYWHERE}" } }',
    }),
    status: 2,
    says: /NOT_SET_ANYWHERE[\s\S]*Remedy:/,
  },
  {
    what: "two problems at once",
    contract: contractOf("good", {
      "policy:": "policy: { deadlin: 2s }",
      "expect:": "expect: { statuss: 201 }",
    }),
    status: 2,
    says: /2 problems in holdfast\.yaml; nothing was run/,
  },
];

const wrongWords: readonly Case[] = [
  { what: "an unknown command", words: ["verfy"], status: 2, says: /Did you mean holdfast verify\?/ },
  { what: "an unknown option", words: ["verify", "--job", "2"], status: 2, says: /Did you mean --jobs\?/ },
  {
    what: "an unknown check",
    contract: contractOf("good"),
    words: ["verify", "--only", "boundd"],
    status: 2,
    says: /Did you mean bounded\?/,
  },
  {
    what: "a budget without a unit",
    words: ["verify", "--budget", "90"],
    status: 2,
    says: /Add a unit|duration/,
  },
  {
    what: "a folder for the run that holds something else",
    contract: contractOf("good"),
    words: ["verify", "--out", "."],
    status: 2,
    says: /FOLDER_IN_USE[\s\S]*Remedy:/,
  },
  {
    what: "an empty name for the run's folder",
    contract: contractOf("good"),
    words: ["verify", "--out", ""],
    status: 2,
    says: /--out is empty/,
  },
  { what: "a folder that holds no run", words: ["judge"], status: 2, says: /RUN_NOT_READABLE/ },
  { what: "an unknown topic", words: ["guide", "retrys"], status: 2, says: /Did you mean retries\?/ },
  { what: "a shell without completion", words: ["completion", "tcsh"], status: 2, says: /bash, zsh or fish/ },
];

const wrongWorlds: readonly Case[] = [
  {
    what: "start not found",
    contract: contractOf("good", { "start:": "start: no-such-command" }),
    status: 4,
    says: /START_NOT_FOUND[\s\S]*Remedy:/,
  },
  {
    what: "start exits at once",
    contract: contractOf("exits"),
    status: 4,
    says: /START_EXITED[\s\S]*cannot read the configuration/,
  },
  {
    what: "the service's port is taken",
    contract: contractOf("port-taken"),
    status: 4,
    says: /PORT_TAKEN[\s\S]*Remedy:/,
  },
  {
    what: "a scenario that fails with no fault",
    contract: contractOf("fails"),
    status: 4,
    says: /BASELINE_FAILED[\s\S]*500/,
  },
  {
    what: "a service that never calls the provider",
    contract: contractOf("no-call"),
    status: 4,
    says: /BASELINE_FAILED[\s\S]*never called payments[\s\S]*address\.env/,
  },
  {
    what: "a provider that is down",
    contract: contractOf("good", { "provider:": 'provider: { url: "http://127.0.0.1:9" }' }),
    status: 4,
    says: /BASELINE_FAILED[\s\S]*payments/,
  },
  {
    what: "a folder that cannot be written",
    contract: contractOf("good"),
    words: ["verify", "--out", "holdfast.yaml/run"],
    status: 4,
    says: /FOLDER_NOT_WRITABLE[\s\S]*Remedy:/,
  },
];

async function ended({ contract, words = ["verify"] }: Case): Promise<Ended> {
  const { path, remove } = folder(contract === undefined ? {} : { "holdfast.yaml": contract });
  try {
    const result = await holdfast(words, { cwd: path });
    const runs = join(path, ".holdfast", "runs");
    for (const run of existsSync(runs) ? readdirSync(runs) : [])
      assert.deepEqual(survivorsOf(join(runs, run)), [], "nothing is left running");
    return result;
  } finally {
    remove();
  }
}

/** The same command line in this process: nothing is started for what is refused before anything runs. */
async function refused({ contract, words = ["verify"] }: Case): Promise<Ended> {
  const { path, remove } = folder(contract === undefined ? {} : { "holdfast.yaml": contract });
  let stdout = "";
  let stderr = "";
  const io = {
    cwd: path,
    env: {},
    out: (text: string) => {
      stdout += text;
    },
    err: (text: string) => {
      stderr += text;
    },
    outIsTty: false,
    errIsTty: false,
    columns: 80,
    signal: new AbortController().signal,
  };
  const status = await dispatch(commands, "0.0.0", words, io).finally(remove);
  return { status, stdout, stderr };
}

describe("the command line, given what is refused before anything runs", () => {
  for (const one of [...wrongContracts, ...wrongWords])
    it(`ends with ${one.status} on ${one.what}, and says what to do`, async () => {
      const { status, stdout, stderr } = await refused(one);

      assert.match(stderr, one.says);
      assert.equal(status, one.status, stderr);
      assert.equal(stdout, "");
      assert.doesNotMatch(stderr, /\n +at /, "no stack trace");
    });
});

describe("the command line, in a world that does not play along", {
  concurrency: 2,
  timeout: 180_000,
}, () => {
  for (const one of wrongWorlds)
    it(`ends with ${one.status} on ${one.what}, and says what to do`, async () => {
      const { status, stdout, stderr } = await ended(one);

      assert.match(stderr, one.says);
      assert.equal(status, one.status, stderr);
      assert.equal(stdout, "");
      assert.doesNotMatch(stderr, /\n +at /, "no stack trace");
    });

  it("prints the problems of a contract as one JSON document under --json", async () => {
    const { path, remove } = folder({
      "holdfast.yaml": contractOf("good", { "protocol:": "protocol: htpp" }),
    });
    const { status, stdout } = await holdfast(["verify", "--json"], { cwd: path });
    remove();

    assert.equal(status, 2);
    assert.deepEqual(
      JSON.parse(stdout).problems.map(({ place }: { place: object }) => place),
      [{ line: 12, column: 15 }],
    );
  });
});

describe("a port that the contract names", () => {
  const holder = createServer();
  let port = 0;
  before(async () => {
    await new Promise<void>((resolve) => holder.listen(0, "127.0.0.1", resolve));
    port = (holder.address() as { port: number }).port;
  });
  after(() => holder.close());

  it("ends with 4 when somebody else holds it", async () => {
    const contract = contractOf("good", { "address:": `address: { listen: ${port} }` });
    const { status, stderr } = await ended({ what: "", contract, status: 4, says: /./ });

    assert.match(stderr, /PORT_TAKEN[\s\S]*Remedy:/);
    assert.equal(status, 4);
  });
});

describe("the launcher, killed", { timeout: 60_000 }, () => {
  it("takes the run with it: nothing goes on that nobody waits for", async () => {
    const { path, remove } = folder({ "holdfast.yaml": contractOf("good") });
    const { status } = await holdfast(["verify", "--out", "out"], {
      cwd: path,
      launched: true,
      signalWhen: [/Running experiments, [1-9]/, "SIGKILL"],
    });
    assert.equal(status, null);
    const until = performance.now() + 10_000;
    const alive = () =>
      survivorsOf(join(path, "out")).length + Number(existsSync(join(path, "out", ".lock")));
    while (alive() > 0 && performance.now() < until) await new Promise((resolve) => setTimeout(resolve, 100));
    assert.equal(alive(), 0, "services are ended, and the run has given its folder back");
    const { interrupted } = JSON.parse(readFileSync(join(path, "out", "run.json"), "utf8"));
    assert.notEqual(interrupted, null, "the run did not go on to its end");
    remove();
  });
});

describe("Ctrl-C", { timeout: 120_000 }, () => {
  it("ends children, keeps what was seen and still writes the report", async () => {
    const { path, remove } = folder({ "holdfast.yaml": contractOf("good") });
    mkdirSync(join(path, "out"));
    const { status, stderr } = await holdfast(["verify", "--out", "out/run"], {
      cwd: path,
      signalWhen: [/Running experiments, [1-9]/, "SIGINT"],
    });

    assert.deepEqual(survivorsOf(join(path, "out", "run")), []);
    const files = readdirSync(join(path, "out", "run"));
    for (const file of ["report.html", "checklist.json", "junit.xml", "observations.ndjson"])
      assert.ok(files.includes(file), `${file} was written: ${files.join(", ")}\n${stderr}`);
    assert.ok(status === 1 || status === 3, `status ${status}`);
    remove();
  });
});
