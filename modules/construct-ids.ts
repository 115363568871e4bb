import { createHash } from "node:crypto";

/** The construct id of something that a person has named. */
export interface NamedId {
  readonly id: string;
  /** Name of what has the id that this one would have alone. */
  readonly after?: string;
}

/**
 * Construct ids by name, in the order of the names: what `plain` makes of the name, and where that is taken, the same
 * with a hash of the name behind it. A name that has its id to itself keeps it, whatever others are there.
 *
 * When a name that comes or goes changes which of two has the plain id, Terraform deletes one resource and creates
 * another for the same thing. It does so in this order only if the one with `after` depends on the one that it names.
 *
 * @param reserved ids of other children of the same construct
 */
export function namedIds(
  names: readonly string[],
  plain: (name: string) => string,
  reserved: Iterable<string> = [],
): ReadonlyMap<string, NamedId> {
  const owners = new Map<string, string | undefined>([...reserved].map((id) => [id, undefined]));
  return new Map(
    names.map((name) => {
      const wanted = plain(name);
      const after = owners.get(wanted);
      const id = owners.has(wanted) ? `${wanted}-${shortHash(name)}` : wanted;
      owners.set(id, name);
      return [name, { id, ...(after === undefined ? {} : { after }) }];
    }),
  );
}

const shortHash = (text: string): string => createHash("sha256").update(text).digest("hex").slice(0, 8);

/** Letters, digits and hyphens as they are, everything else as a hyphen. */
export const hyphenated = (text: string): string => text.replace(/[^A-Za-z0-9-]/g, "-");
