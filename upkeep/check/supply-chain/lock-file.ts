/** A package as npm's lock file has it. */
export interface LockedPackage {
  readonly version?: string;
  readonly resolved?: string;
  readonly integrity?: string;
  readonly license?: string;
  readonly link?: boolean;
  /** Part of its parent's own package, whose integrity covers it. */
  readonly inBundle?: boolean;
}

export type LockedPackages = Readonly<Record<string, LockedPackage>>;

/** Licences that leave users and operators free; of alternatives, one is enough. */
const ALLOWED = new Set([
  "0BSD",
  "Apache-2.0",
  "BSD-2-Clause",
  "BSD-3-Clause",
  "BlueOak-1.0.0",
  "CC-BY-4.0",
  "CC0-1.0",
  "ISC",
  "MIT",
  "MIT-0",
  // Weak copyleft: ends at the package itself, which is used as it is.
  "EPL-2.0",
  "MPL-2.0",
  "Public Domain",
  "Python-2.0",
  "Unlicense",
]);

/**
 * What is wrong with a lock file: a package without a pinned version or hash, or from elsewhere than a registry. Hosts of
 * registries are not to be written, either: a lock file works with every mirror.
 */
export function lockFileProblems(packages: LockedPackages): string[] {
  return thirdParty(packages).flatMap(([path, { version, integrity, inBundle, resolved }]) => [
    ...(version === undefined ? [`${path} has no version`] : []),
    ...(inBundle || integrity?.startsWith("sha512-") ? [] : [`${path} has no sha512 hash`]),
    ...(resolved === undefined ? [] : [`${path} comes from ${resolved}, not from whatever registry npm is set up for`]),
  ]);
}

/** Packages whose licence is unknown or not allowed. */
export function licenceProblems(packages: LockedPackages): string[] {
  return thirdParty(packages).flatMap(([path, { license }]) => {
    if (license === undefined) return [`${path} states no licence`];
    return isAllowed(license) ? [] : [`${path} is licensed ${license}`];
  });
}

/** SPDX expressions as npm has them: alternatives of licences that all have to be kept. */
function isAllowed(expression: string): boolean {
  const bare = expression.replace(/^\(|\)$/g, "");
  return bare.split(" OR ").some((alternative) => alternative.split(" AND ").every((each) => ALLOWED.has(each.trim())));
}

function thirdParty(packages: LockedPackages): [string, LockedPackage][] {
  return Object.entries(packages).filter(([path, { link }]) => path.includes("node_modules/") && !link);
}
