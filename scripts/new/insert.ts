/** A place in a file that the scaffolder knows was not found: the file has changed its form. */
class MissingPlace extends Error {}

/** `text` with `inserted` before the first match of `place`. */
export function insertBefore(text: string, place: RegExp, inserted: string, file: string): string {
  const at = text.search(place);
  if (at < 0) throw new MissingPlace(`${file} no longer has the place ${place}; mend scripts/new/`);
  return text.slice(0, at) + inserted + text.slice(at);
}

/** An index with one more capability: its import in the order of paths, its name at the end of the first list. */
export function withCapability(index: string, path: string, name: string, file: string): string {
  const line = `import { ${name} } from "${path}";\n`;
  const imports = [...index.matchAll(/^import [^;]*? from "(\.\/[^"]+)";\n/gm)];
  const next = imports.find((match) => (match[1] ?? "") > path);
  const last = imports.at(-1);
  const at = next?.index ?? (last === undefined ? 0 : last.index + last[0].length);
  const imported = index.slice(0, at) + line + index.slice(at);
  const list = /(=\s*\[)([^\]]*?)(,?\s*)(\];?)/.exec(imported.slice(at + line.length));
  if (list === null) throw new MissingPlace(`${file} has no list to add ${name} to; mend scripts/new/`);
  const start = at + line.length + list.index;
  const [whole, open = "", names = "", tail = "", close = ""] = list;
  const separator = names.trim() === "" ? "" : names.includes("\n") ? ",\n  " : ", ";
  const closing = names.includes("\n") ? ",\n" : tail.replace(",", "");
  return (
    imported.slice(0, start) +
    open +
    names +
    separator +
    name +
    closing +
    close +
    imported.slice(start + whole.length)
  );
}
