/** An absolute path from a folder and a path as written, with `.` and `..` taken out. POSIX paths only. */
export function absolutePath(folder: string, written: string): string {
  const parts: string[] = [];
  for (const part of (written.startsWith("/") ? written : `${folder}/${written}`).split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "" && part !== ".") parts.push(part);
  }
  return `/${parts.join("/")}`;
}

/** The folder of a file. */
export function folderOf(file: string): string {
  return absolutePath(file, "..");
}
