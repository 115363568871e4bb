/** Ephemeral values and write-only arguments, which keep the database password out of every state, need it. */
export const MINIMUM_TERRAFORM = "1.11";

/** The emulated AWS and the scanners need it. */
export const MINIMUM_PYTHON = "3.10";

/** Compares `major.minor` numerically: 1.11 is newer than 1.9. */
export function isAtLeast(version: string, minimum: string): boolean {
  const [major = 0, minor = 0] = version.split(".").map((part) => Number.parseInt(part, 10));
  const [minimumMajor = 0, minimumMinor = 0] = minimum.split(".").map((part) => Number.parseInt(part, 10));
  return major > minimumMajor || (major === minimumMajor && minor >= minimumMinor);
}
