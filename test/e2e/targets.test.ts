import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { readExposition } from "@holdfast/operate";
import { type Observation, readRun } from "@holdfast/verify";
import { folder, holdfast } from "./support/cli.ts";
import { runPrometheus, type Series, withoutPrometheus } from "./support/prometheus.ts";

const root = join(import.meta.dirname, "../..");
const contractFile = join(root, "examples/checkout/hardened/holdfast.yaml");
const only = ["bounded", "deadline", "key-stable"];

type Scrape = Extract<Observation, { type: "scrape" }>;

/** What Prometheus and the file of targets add to a series. */
const added = new Set(["__name__", "job", "instance", "run", "service", "experiment", "phase", "fault"]);

/** A series as text, as the service tells it. */
function seriesText(name: string, labels: Readonly<Record<string, string>>): string {
  const own = Object.entries(labels).filter(([label]) => !added.has(label));
  return `${name} ${JSON.stringify(Object.fromEntries(own.sort(([one], [other]) => (one < other ? -1 : 1))))}`;
}

/** The `prometheus.yml` that docs/alerts.md shows, with the paths of this machine. */
function documentedConfig(targets: string): string {
  const page = readFileSync(join(root, "docs/alerts.md"), "utf8");
  const config = /^```yaml\n(global:\n[\s\S]*?)^```$/m.exec(page)?.[1] ?? "";
  const here = config
    .replace("/srv/checkout/prometheus/holdfast.json", targets)
    .replace("/srv/checkout/ops/alerts", join(root, "examples/checkout/hardened/ops/alerts"));
  assert.ok(here.includes(targets) && !here.includes("/srv/"), here);
  return here;
}

describe("a Prometheus of one's own that watches verify by --targets", {
  skip: withoutPrometheus,
  timeout: 240_000,
}, () => {
  const { path, remove } = folder({});
  const file = join(path, "targets.json");
  let observations: readonly Observation[] = [];
  let rules = 0;
  let up: readonly Series[] = [];
  let stored: readonly Series[] = [];

  before(async () => {
    await using prometheus = await runPrometheus({ config: documentedConfig(file) });
    const words = ["verify", contractFile, "--only", only.join(","), "--seed", "1", "--out", "run"];
    const ended = await holdfast([...words, "--targets", file], { cwd: path });
    // On a busy machine a check may stay open; what Prometheus sees does not depend on that.
    assert.ok(ended.status === 0 || ended.status === 3, ended.stdout + ended.stderr);
    ({ observations } = readRun(join(path, "run")));
    const all = async (selector: string): Promise<readonly Series[]> => {
      const query = new URLSearchParams({ query: `${selector}[1h]` });
      return (await prometheus.ask<{ readonly result: readonly Series[] }>(`query?${query}`)).result;
    };
    rules = await prometheus
      .ask<{ readonly groups: readonly unknown[] }>("rules")
      .then(({ groups }) => groups.length);
    up = await all("up");
    stored = await all('{__name__=~"holdfast_resilience_.+"}');
  });
  after(remove);

  const instances = (): readonly string[] =>
    observations
      .flatMap((one) => (one.type === "instance" && one.readyMs !== null ? [one.instance] : []))
      .sort();

  it("scrapes every instance, and no scrape fails: not by an instance that ended, nor by what it said", () => {
    assert.ok(instances().length >= 5, String(instances().length));
    assert.deepEqual(up.map(({ metric }) => metric["instance"] ?? "").sort(), instances());
    const failed = up.filter(({ values }) => values.some(([, value]) => value !== "1"));
    assert.deepEqual(failed, []);
    assert.ok(rules >= 3, "the rules of the documented configuration are loaded");
  });

  /** What Prometheus has of an instance in the end, by series. */
  function storedOf(instance: string): ReadonlyMap<string, number> {
    const here = stored.filter(({ metric }) => metric["instance"] === instance);
    return new Map(
      here.map(({ metric, values }) => [
        seriesText(metric["__name__"] ?? "", metric),
        Number(values.at(-1)?.[1]),
      ]),
    );
  }

  it("has stored what verify itself has read: the same series, with the same totals in the end", () => {
    const scrapes = observations.filter((one): one is Scrape => one.type === "scrape");
    const last = new Map(scrapes.map((one) => [one.instance, one]));
    assert.deepEqual([...last.keys()].sort(), instances());
    let calls = 0;
    for (const [instance, { text, experiment }] of last) {
      const read = readExposition(text ?? "").filter(({ name }) => name.startsWith("holdfast_resilience_"));
      const there = storedOf(instance);
      const ours = read.map(({ name, labels }) => seriesText(name, labels)).sort();
      assert.deepEqual([...there.keys()].sort(), ours, experiment);
      for (const { name, labels, value } of read.filter(({ type }) => type === "counter")) {
        const series = seriesText(name, labels);
        assert.equal(there.get(series), value, `${experiment} ${series}`);
        if (name === "holdfast_resilience_calls_total") calls += value;
      }
    }
    assert.ok(calls > 20, String(calls));
  });

  it("knows of each series what was done to the provider", () => {
    const faultsIn = (phase: string): ReadonlySet<string | undefined> =>
      new Set(up.flatMap(({ metric }) => (metric["phase"] === phase ? [metric["fault"]] : [])));
    const experimentOf = new Map(
      observations.flatMap((one) => (one.type === "instance" ? [[one.instance, one.experiment]] : [])),
    );
    for (const { metric } of up)
      assert.equal(metric["experiment"], experimentOf.get(metric["instance"] ?? ""));
    assert.deepEqual([...faultsIn("gate")], ["none"]);
    assert.ok(faultsIn("experiment").has("status 503"), [...faultsIn("experiment")].join());
    assert.deepEqual([...new Set(up.map(({ metric }) => metric["service"]))], ["checkout"]);
  });

  it("is left an empty list", () => {
    assert.equal(readFileSync(file, "utf8"), "[]\n");
  });
});

describe("a --targets that cannot be used", () => {
  const { path, remove } = folder({ "package.json": '{"name":"app"}' });
  after(remove);

  const cases = [
    { name: "another file that is there", file: "package.json", says: /FILE_EXISTS[\s\S]*Remedy:/ },
    { name: "a folder that is not there", file: "no/targets.json", says: /FOLDER_MISSING[\s\S]*Remedy:/ },
    { name: "a file that Prometheus would not read", file: "targets.txt", says: /USAGE[\s\S]*Remedy:/ },
    { name: "nothing", file: "", says: /USAGE[\s\S]*Remedy:/ },
  ];
  for (const { name, file, says } of cases) {
    it(`is refused before anything runs: ${name}`, async () => {
      const ended = await holdfast(["verify", contractFile, "--targets", file, "--out", "run"], {
        cwd: path,
      });
      assert.equal(ended.status, 2, ended.stderr);
      assert.match(ended.stderr, says);
      assert.equal(readFileSync(join(path, "package.json"), "utf8"), '{"name":"app"}');
    });
  }
});
