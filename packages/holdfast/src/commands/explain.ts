import { relative } from "node:path";
import type { Contract, HttpIntegration } from "@holdfast/contract";
import { CodedError, nearest } from "@holdfast/core";
import { type Command, defineCommand } from "../command.ts";
import { explained } from "../explained.ts";
import { countText, explainedText } from "../explained-text.ts";
import { openContract } from "../open-contract.ts";

/** Says what the policies of a contract come to, and what in them is doubtful. */
export const explain: Command = defineCommand({
  name: "explain",
  summary: "Says what a policy comes to: times, attempts, load in an outage; and what is doubtful.",
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
  },
  run: async ({ arguments: [file = "holdfast.yaml", wanted], options }, io) => {
    const json = (options as { json?: boolean }).json === true;
    const rate = rateOf(options.rate);
    const contract = await openContract(file, json, io);
    if (contract === null) return 2;
    const all = integrationsOf(contract, wanted).map((one) => explained(contract, one, rate));
    const name = relative(io.cwd, contract.file) || contract.file;
    if (json)
      io.out(`${JSON.stringify({ schemaVersion: 1, file: contract.file, integrations: all }, null, 2)}\n`);
    else io.out([...all.map((one) => explainedText(one, name)), countText(all)].join("\n"));
    return all.some(({ findings }) => findings.some(({ severity }) => severity === "error")) ? 1 : 0;
  },
});

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
