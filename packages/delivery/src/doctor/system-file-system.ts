import { statfs } from "node:fs/promises";

/** The magic number of the file system that a path is on, as statfs(2) gives it; null where it cannot be told. */
export async function fileSystemOf(path: string): Promise<number | null> {
  try {
    const { type } = await statfs(path);
    // The platform's field is signed on some machines.
    return type < 0 ? type + 2 ** 32 : type;
  } catch {
    return null;
  }
}
