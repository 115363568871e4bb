import { appendFileSync, existsSync, readFileSync } from "node:fs";

/** What one look at an ALB saw; null where a source did not answer. Times are in milliseconds since the epoch. */
export interface Sight {
  readonly at: number;
  /** Addresses of the ALB's interfaces in EC2's answer, with the time of attachment. */
  readonly interfaces: Readonly<Record<string, number>> | null;
  /** Addresses that an authoritative DNS server listed. At most 8 fit into an answer. */
  readonly authoritative: readonly string[] | null;
  /** Addresses that the machine's resolver listed, and the age of its answer. */
  readonly resolver: { readonly addresses: readonly string[]; readonly age: number } | null;
  /** State of each target: target group → address → state. */
  readonly targets: Readonly<Record<string, Readonly<Record<string, string>>>> | null;
}

/** Appends one line of JSON, so that a recording survives whatever ends the command. */
export const append = (file: string, sight: Sight): void => appendFileSync(file, `${JSON.stringify(sight)}\n`);

/**
 * Reads a recording; empty where there is no file. A last line that was cut off is left out.
 *
 * @throws Error that names the line, if another one is no sight
 */
export function read(file: string): Sight[] {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, "utf8").split("\n").filter(Boolean);
  return lines.flatMap((line, index) => {
    try {
      const sight = JSON.parse(line) as Sight;
      if (Number.isFinite(sight.at)) return [sight];
    } catch {
      if (index === lines.length - 1) return [];
    }
    throw new Error(`${file}, line ${index + 1}: expected a record of observe-alb, got ${line.slice(0, 60)}`);
  });
}

/** From the first sight that had an address to the first that did not have it; undefined at an end that was not seen. */
export interface Presence {
  readonly from: number | undefined;
  readonly until: number | undefined;
}

/**
 * When a source had each address.
 *
 * @param addressesIn undefined where the source did not answer: then nothing has begun or ended
 */
export function presences(
  sights: readonly Sight[],
  addressesIn: (sight: Sight) => readonly string[] | undefined,
): ReadonlyMap<string, readonly Presence[]> {
  const found = new Map<string, Presence[]>();
  let isFirst = true;
  for (const sight of sights) {
    const present = addressesIn(sight);
    if (present === undefined) continue;
    for (const address of new Set([...found.keys(), ...present])) {
      const before = found.get(address) ?? [];
      const last = before.at(-1);
      const isOpen = last !== undefined && last.until === undefined;
      if (present.includes(address) && !isOpen) {
        found.set(address, [...before, { from: isFirst ? undefined : sight.at, until: undefined }]);
      } else if (!present.includes(address) && isOpen) {
        found.set(address, [...before.slice(0, -1), { ...last, until: sight.at }]);
      }
    }
    isFirst = false;
  }
  return found;
}

export const byInterfaces = (sights: readonly Sight[]) =>
  presences(sights, ({ interfaces }) => (interfaces ? Object.keys(interfaces) : undefined));

const FULL_ANSWER = 8;

/** By the authoritative servers; full answers say nothing of absence and are left out. */
export const byDns = (sights: readonly Sight[]) =>
  presences(sights, ({ authoritative }) =>
    authoritative && authoritative.length < FULL_ANSWER ? authoritative : undefined,
  );

/** Address → state, over all target groups. */
export const statesOf = (sight: Sight): ReadonlyMap<string, string> =>
  new Map(Object.values(sight.targets ?? {}).flatMap((group) => Object.entries(group)));
