interface LockEntry {
  readonly dev?: boolean;
  readonly license?: string;
  readonly engines?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

/** A package-lock.json, as far as it is read here. */
export interface LockFile {
  readonly packages: Readonly<Record<string, LockEntry>>;
}

const systems = [
  "aix",
  "android",
  "darwin",
  "freebsd",
  "linux",
  "netbsd",
  "openbsd",
  "openharmony",
  "sunos",
  "win32",
];

/**
 * Entries for the platform packages that the lock file should name and does not, by their key.
 *
 * npm leaves them out when the registry at hand does not carry a version for a foreign platform, and then `npm ci` refuses
 * the lock file everywhere. Version and platform are known without the registry; npm itself fills in nothing else that it
 * needs, since packages of foreign platforms are never fetched.
 */
export function missingPlatforms(lock: LockFile): Record<string, Readonly<Record<string, unknown>>> {
  const missing: Record<string, Readonly<Record<string, unknown>>> = {};
  for (const [key, entry] of Object.entries(lock.packages)) {
    for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
      const nested = `${key}/node_modules/${name}`;
      if (`node_modules/${name}` in lock.packages || nested in lock.packages) continue;
      missing[`node_modules/${name}`] = platformEntry(name, version, entry);
    }
  }
  return missing;
}

function platformEntry(name: string, version: string, parent: LockEntry): Readonly<Record<string, unknown>> {
  const words = name.split("/").at(-1)?.split("-") ?? [];
  const at = words.findIndex((word) => systems.includes(word));
  const [os, cpu, abi] = words.slice(at);
  const libc = abi?.startsWith("musl") ? "musl" : "glibc";
  return {
    version,
    ...(cpu === undefined ? {} : { cpu: [cpu] }),
    ...(parent.dev ? { dev: true } : {}),
    ...(os === "linux" ? { libc: [libc] } : {}),
    ...(parent.license === undefined ? {} : { license: parent.license }),
    optional: true,
    ...(at < 0 || os === undefined ? {} : { os: [os] }),
    ...(parent.engines === undefined ? {} : { engines: parent.engines }),
  };
}
