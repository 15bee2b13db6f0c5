/** What the templates of a contract stand for on one instance, by the text between `${` and `}`. */
export type TemplateValues = Readonly<Record<string, string>>;

/** The values of an instance; `port` is absent where Holdfast starts nothing. */
export function instanceValues(instance: {
  readonly id: string;
  readonly port: number | null;
  readonly addresses: Readonly<Record<string, string>>;
  readonly card: string;
}): TemplateValues {
  const values: Record<string, string> = { "instance.id": instance.id, "canary.card": instance.card };
  if (instance.port !== null) values["port"] = String(instance.port);
  for (const [name, address] of Object.entries(instance.addresses)) {
    values[`integrations.${name}.address`] = address;
  }
  return values;
}

/** The values of an instance while it serves a call. */
export function callValues(values: TemplateValues, call: string): TemplateValues {
  return { ...values, "call.id": call };
}
