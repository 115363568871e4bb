/** What came of looking at one item of the pattern. */
export interface Check {
  /** What should be so, e.g. "database is available in two zones". */
  readonly item: string;
  readonly status: "pass" | "fail" | "not applicable";
  /** What was seen, or why it doesn't apply; never a secret. */
  readonly saw: string;
  /** What to do next, where it failed. */
  readonly next?: string;
}

/** The check of an item that applies. */
export const checked = (item: string, good: boolean, saw: string, next?: string): Check => ({
  item,
  status: good ? "pass" : "fail",
  saw: saw.trim(),
  ...(!good && next !== undefined && { next }),
});

/** What a look has found. */
export interface Finding {
  /** undefined: the item does not apply. */
  readonly good: boolean | undefined;
  readonly saw: string;
}

/** One item of the pattern, and how to look at it. */
export interface Item {
  readonly item: string;
  /** What to do where it is not so. */
  readonly next: string;
  look(): Promise<Finding>;
}

/** Looks at all items at once; a look that throws has failed, with the error's words. */
export function lookAt(items: readonly Item[]): Promise<Check[]> {
  return Promise.all(
    items.map(async ({ item, look, next }): Promise<Check> => {
      const { good, saw } = await look().catch((error: Error) => ({
        good: false,
        saw: `${error.name}: ${error.message}`,
      }));
      return good === undefined ? { item, status: "not applicable", saw } : checked(item, good, saw, next);
    }),
  );
}

/**
 * The only element.
 *
 * @throws Error where there is none or more than one
 */
export function theOnly<T>(found: readonly T[] | undefined, what: string): T {
  const [first, ...more] = found ?? [];
  if (first === undefined) throw new Error(`no ${what} found`);
  if (more.length > 0) throw new Error(`${more.length + 1} found instead of one ${what}`);
  return first;
}

/** Counts and names, e.g. `2 of 3 available (fsmt-1: creating)`. */
export function tally<T>(things: readonly T[], good: (thing: T) => boolean, name: (thing: T) => string): Finding {
  const bad = things.filter((thing) => !good(thing));
  const rest = bad.length > 0 ? ` (not: ${bad.map(name).join(", ")})` : "";
  return {
    good: things.length > 0 && bad.length === 0,
    saw: `${things.length - bad.length} of ${things.length}${rest}`,
  };
}
