/** A CloudEvent in structured mode: attributes and data are one JSON document. */
interface StructuredEvent {
  readonly attributes: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  readonly problem?: string;
}

/** Reads content of the type `application/cloudevents+json`; null for every other type. What cannot be read is named as the problem. */
export function readStructured(contentType: string, content: Uint8Array): StructuredEvent | null {
  if (!/^application\/cloudevents/i.test(contentType)) return null;
  const unreadable = (problem: string): StructuredEvent => ({ attributes: {}, body: content, problem });
  if (!/^application\/cloudevents\+json\s*(;|$)/i.test(contentType))
    return unreadable(`its content type ${contentType.slice(0, 80)} is one that Holdfast does not read`);
  const event = jsonOf(content);
  if (typeof event !== "object" || event === null || Array.isArray(event))
    return unreadable("its content is no JSON object");
  const attributes: Record<string, string> = {};
  for (const [name, value] of Object.entries(event)) {
    if (name === "data" || name === "data_base64") continue;
    if (typeof value === "string" || typeof value === "number" || typeof value === "boolean")
      attributes[name.toLowerCase()] = String(value);
  }
  return { attributes, body: dataOf(event as Readonly<Record<string, unknown>>, attributes) };
}

function dataOf(
  event: Readonly<Record<string, unknown>>,
  attributes: Readonly<Record<string, string>>,
): Uint8Array {
  if (typeof event["data_base64"] === "string") return Buffer.from(event["data_base64"], "base64");
  if (event["data"] === undefined) return new Uint8Array(0);
  const type = attributes["datacontenttype"] ?? "application/json";
  const plain = typeof event["data"] === "string" && !/[/+]json\s*(;|$)/i.test(type);
  return Buffer.from(plain ? (event["data"] as string) : JSON.stringify(event["data"]));
}

function jsonOf(content: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(content));
  } catch {
    return undefined;
  }
}
