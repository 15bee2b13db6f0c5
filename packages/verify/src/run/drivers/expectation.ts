import type { Scenario } from "@holdfast/contract";

/** Whether an answer is what the scenario expects; `null` when it is, else what is wrong with it in a few words. */
export function mismatch(
  expect: Scenario["expect"],
  answer: { readonly status: number; readonly body: string },
  render: (template: string) => string,
): string | null {
  const declared = expect?.status ?? null;
  const right = declared === null ? answer.status >= 200 && answer.status < 300 : answer.status === declared;
  if (!right) {
    return `answered ${answer.status}, expected ${declared ?? "2xx"}: ${answer.body.slice(0, 200)}`;
  }
  if (expect?.json === undefined || expect.json === null) return null;
  const found = parsed(answer.body);
  if (found === undefined) return `answered ${answer.status}, but not JSON: ${answer.body.slice(0, 200)}`;
  return contains(found, expect.json, render)
    ? null
    : `answered ${answer.status}, but another body than expected: ${answer.body.slice(0, 200)}`;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Whether `found` holds all of `wanted`: mappings may have more keys, lists and leaves are equal. */
export function contains(found: unknown, wanted: unknown, render: (template: string) => string): boolean {
  if (typeof wanted === "string") return found === render(wanted);
  if (Array.isArray(wanted)) {
    return (
      Array.isArray(found) &&
      found.length === wanted.length &&
      wanted.every((item, index) => contains(found[index], item, render))
    );
  }
  if (typeof wanted === "object" && wanted !== null) {
    if (typeof found !== "object" || found === null) return false;
    const mapping = found as Readonly<Record<string, unknown>>;
    return Object.entries(wanted).every(([key, value]) => contains(mapping[key], value, render));
  }
  return found === wanted;
}
