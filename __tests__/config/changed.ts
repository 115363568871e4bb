/** Content of a file. */
export type Content = Readonly<Record<string, unknown>>;

/** Options by dotted path; undefined removes one. */
export type Changes = Readonly<Record<string, unknown>>;

/** A copy with other values at some paths, e.g. `privatelink.listeners.0.port`. */
export function changed(input: object, changes: Changes = {}): Content {
  const copy: Content = structuredClone({ ...input });
  for (const [path, value] of Object.entries(changes)) {
    const parts = path.split(".");
    const last = parts.pop() ?? "";
    let section: Record<string, unknown> = copy;
    for (const part of parts) {
      section[part] ??= {};
      section = section[part] as Record<string, unknown>;
    }
    if (value === undefined) delete section[last];
    else section[last] = structuredClone(value);
  }
  return copy;
}
