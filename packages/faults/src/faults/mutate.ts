import { choice, optional, text } from "@holdfast/core";
import { defineFault, type Fault } from "../fault.ts";
import { changedJson, type JsonChange, jsonChanges } from "../json-changes.ts";
import { otherVersionOf } from "../version-marker.ts";
import { fieldOf, type WholeAnswer, wholeAnswer, withField, writtenAnswer } from "../whole-answer.ts";

const headChanges = ["extra-header", "reason-phrase", "charset"] as const;
type Change = JsonChange | (typeof headChanges)[number];

/** The provider's own answer with one thing changed. */
export const mutate: Fault = defineFault({
  kind: "mutate",
  at: "exchange",
  summary:
    "Lets the provider answer and changes one thing about its answer; it passes as it came, and the fault does not fire, where there is nothing to change so.",
  loses: true,
  params: {
    change: choice([...jsonChanges, ...headChanges], {
      doc: "What is changed in the JSON body (a body that is signed or encoded is left alone), or in the head.",
    }),
    at: optional(
      text({
        doc: "JSON pointer to the field that is changed; without it, the first one that suits the change.",
      }),
    ),
  },
  act:
    ({ change, at }) =>
    async (exchange) => {
      const { raw, answer } = await wholeAnswer(exchange);
      const changed = answer === null ? null : changedAnswer(answer, change, at);
      if (changed !== null) exchange.fired();
      await exchange.send(changed === null ? raw : writtenAnswer(exchange.method, changed));
      exchange.end("keep");
    },
});

function changedAnswer(answer: WholeAnswer, change: Change, at: string | undefined): WholeAnswer | null {
  switch (change) {
    case "extra-header":
      return { ...answer, fields: [...answer.fields, "x-holdfast-unknown", "1"] };
    case "reason-phrase":
      return { ...answer, reason: answer.reason === "Fine" ? "Good" : "Fine" };
    case "charset":
      return withCharset(answer);
    case "unknown-version":
      return withVersion(answer) ?? withBody(answer, change, at);
    default:
      return withBody(answer, change, at);
  }
}

/** Fields that vouch for the bytes of the body: a consumer that checks them is right to refuse another one. */
const seals = /^(?:content-)?digest$|^content-md5$|signature/i;

function withBody(answer: WholeAnswer, change: JsonChange, at: string | undefined): WholeAnswer | null {
  const sealed = answer.fields.some((name, index) => index % 2 === 0 && seals.test(name));
  const encoded = !["", "identity"].includes((fieldOf(answer, "content-encoding") ?? "").toLowerCase());
  if (sealed || encoded) return null;
  const body = changedJson(answer.body.toString("utf8"), change, at);
  return body === null ? null : { ...answer, body: Buffer.from(body) };
}

/** JSON is UTF-8 whatever the parameter says, so it may be there, left out, or in other letters. */
function withCharset(answer: WholeAnswer): WholeAnswer | null {
  const type = fieldOf(answer, "content-type");
  if (type === null || !/json/i.test(type)) return null;
  const said = /;\s*charset\s*=\s*("?)utf-8\1\s*$/i;
  const changed = said.test(type) ? type.replace(said, "") : `${type}; charset=UTF-8`;
  return { ...answer, fields: withField(answer.fields, "content-type", changed) };
}

function withVersion(answer: WholeAnswer): WholeAnswer | null {
  const changed = otherVersionOf(fieldOf(answer, "content-type") ?? "");
  return changed === null ? null : { ...answer, fields: withField(answer.fields, "content-type", changed) };
}
