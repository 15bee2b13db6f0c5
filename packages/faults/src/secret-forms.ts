const shortestSecret = 4;

/** The forms in which known secrets may turn up: as they are, URL-encoded, in Base64, inside JSON. Longest first. */
export function secretForms(secrets: readonly string[]): readonly string[] {
  const forms = new Set<string>();
  for (const secret of secrets) {
    if (secret.length < shortestSecret) continue;
    forms.add(secret);
    forms.add(encodeURIComponent(secret));
    forms.add(JSON.stringify(secret).slice(1, -1));
    for (const form of base64Forms(secret)) forms.add(form);
  }
  return [...forms].sort((a, b) => b.length - a.length);
}

/** The part of the Base64 text that depends on the secret alone, for each of the three ways it can be aligned. */
function base64Forms(secret: string): string[] {
  const bytes = Buffer.from(secret);
  return [0, 1, 2].flatMap((shift) => {
    const padded = Buffer.concat([Buffer.alloc(shift), bytes]);
    const first = Math.ceil((shift * 8) / 6);
    const last = Math.floor((padded.length * 8) / 6);
    const text = padded.toString("base64").slice(first, last);
    return text.length < 6 ? [] : [text, text.replaceAll("+", "-").replaceAll("/", "_")];
  });
}
