import { relative } from "node:path";
import type { Contract, HttpIntegration } from "@holdfast/contract";
import { CodedError, nearest } from "@holdfast/core";
import type { LintContext } from "@holdfast/resilience";
import { type Command, defineCommand } from "../command.ts";
import { explained } from "../explained.ts";
import { countText, explainedText } from "../explained-text.ts";
import { openContract } from "../open-contract.ts";

/** Says what the policies of a contract come to, and what in them is doubtful. */
export const explain: Command = defineCommand({
  example: "holdfast explain holdfast.yaml payments --rate 50",
  arguments: [
    { name: "contract", doc: "The contract; holdfast.yaml when left out.", optional: true },
    { name: "integration", doc: "One of its integrations; all when left out.", optional: true },
  ],
  options: {
    rate: {
      kind: "text",
      value: "calls per second",
      doc: "How many calls there are, such as 0.5 or 200; a few usual rates when left out.",
    },
    hosts: {
      kind: "integer",
      value: "n",
      min: 1,
      max: 1_000_000,
      doc: "How many hosts the calls go to: whether they need a breaker each.",
    },
    p99: {
      kind: "duration",
      value: "time",
      doc: "What 99 % of the provider's healthy answers stay below: whether timeouts cut them off.",
    },
    nested: {
      kind: "list",
      value: "attempts",
      doc: "Attempts of layers below that try again too, an SDK or a mesh; commas or repeated.",
    },
  },
  run: async ({ arguments: [file = "holdfast.yaml", wanted], options }, io) => {
    const json = (options as { json?: boolean }).json === true;
    const context = contextOf(options);
    const contract = await openContract(file, json, io);
    if (contract === null) return 2;
    const all = integrationsOf(contract, wanted).map((one) => explained(contract, one, context));
    const name = relative(io.cwd, contract.file) || contract.file;
    if (json)
      io.out(`${JSON.stringify({ schemaVersion: 1, file: contract.file, integrations: all }, null, 2)}\n`);
    else io.out([...all.map((one) => explainedText(one, name)), countText(all)].join("\n"));
    return all.some(({ findings }) => findings.some(({ severity }) => severity === "error")) ? 1 : 0;
  },
});

/** What a policy cannot know of itself. */
function contextOf(options: {
  readonly rate: string | undefined;
  readonly hosts: number | undefined;
  readonly p99: number | undefined;
  readonly nested: readonly string[];
}): LintContext {
  const ratePerSecond = rateOf(options.rate);
  return {
    ...(ratePerSecond === undefined ? {} : { ratePerSecond }),
    ...(options.hosts === undefined ? {} : { hosts: options.hosts }),
    ...(options.p99 === undefined ? {} : { providerP99Ms: options.p99 }),
    nested: options.nested.map((written) => ({ retry: { attempts: attemptsOf(written) } })),
  };
}

/** More than a policy may have itself is no layer that anybody has. */
const attemptsMost = 100;

function attemptsOf(written: string): number {
  const attempts = Number(written);
  if (/^\d+$/.test(written) && attempts >= 1 && attempts <= attemptsMost) return attempts;
  throw new CodedError(
    "USAGE",
    `--nested ${written}: expected attempts, a number from 1 to ${attemptsMost}`,
    {
      remedy: "Write how often each layer below sends a request at most, the first time included: 3, or 3,2.",
    },
  );
}

function rateOf(written: string | undefined): number | undefined {
  if (written === undefined) return undefined;
  const rate = Number(written);
  if (/^\d+(\.\d+)?$/.test(written) && rate > 0 && Number.isFinite(rate)) return rate;
  throw new CodedError("USAGE", `--rate ${written}: expected calls per second, a number above 0`, {
    remedy: "Write a number such as 0.5 or 200.",
  });
}

function integrationsOf(contract: Contract, wanted: string | undefined): readonly HttpIntegration[] {
  const { integrations, passThrough, file } = contract;
  if (wanted !== undefined) {
    const found = integrations.find(({ name }) => name === wanted);
    if (found !== undefined) return [found];
    const other = passThrough.find(({ name }) => name === wanted);
    if (other !== undefined) throw notHttp(other.name, other.protocol);
    throw unknown(
      wanted,
      [...integrations, ...passThrough].map(({ name }) => name),
    );
  }
  if (integrations.length > 0) return integrations;
  throw new CodedError("USAGE", `${file} has no integration over HTTP`, {
    remedy: "Policies are explained for integrations with protocol: http only, so far.",
  });
}

function notHttp(name: string, protocol: string): CodedError {
  return new CodedError("USAGE", `${name} speaks ${protocol}, whose policies are not built yet`, {
    remedy: "Name an integration with protocol: http.",
  });
}

function unknown(wanted: string, names: readonly string[]): CodedError {
  const near = nearest(wanted, names);
  const known = `The contract has ${names.join(", ")}.`;
  return new CodedError("USAGE", `there is no integration "${wanted}"`, {
    remedy: near === undefined ? known : `Did you mean ${near}? ${known}`,
  });
}
