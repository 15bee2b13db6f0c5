/** A name as part of a file's name and of an id: letters, digits, dashes and dots; never empty, never hidden. */
export function slug(name: string): string {
  const plain = name.replaceAll(/[^A-Za-z0-9.]+/g, "-").replaceAll(/^[-.]+|[-.]+$/g, "");
  return plain === "" ? "unnamed" : plain;
}

/** The same names, each with a number where an earlier one is like it; files on some disks differ by more than case. */
export function distinct(names: readonly string[]): readonly string[] {
  const taken = new Set<string>();
  return names.map((name) => {
    let candidate = name;
    for (let count = 2; taken.has(candidate.toLowerCase()); count++) candidate = `${name}-${count}`;
    taken.add(candidate.toLowerCase());
    return candidate;
  });
}
