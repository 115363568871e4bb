/** A number from 0 to 1 that depends on its arguments alone, so that all algorithms meet the same accidents. */
export function chance(seed: number, ...of: readonly (number | string)[]): number {
  let hash = seed ^ 0x9e3779b9;
  for (const part of of) {
    const text = typeof part === "number" ? part.toString(36) : part;
    for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
    hash = Math.imul(hash ^ (hash >>> 15), 0x85ebca6b);
  }
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}

/** A source of chances for a generator. */
export class Dice {
  private thrown = 0;
  constructor(private readonly seed: number) {}

  /** From 0 to 1. */
  next(): number {
    return chance(this.seed, this.thrown++);
  }
  /** A whole number from `from` to `to`. */
  integer(from: number, to: number): number {
    return from + Math.floor(this.next() * (to - from + 1));
  }
  one<T>(items: readonly T[]): T {
    const item = items[this.integer(0, items.length - 1)];
    if (item === undefined) throw new Error("nothing to choose from");
    return item;
  }
  some<T>(items: readonly T[], count: number): T[] {
    const left = [...items];
    return Array.from({ length: Math.min(count, left.length) }, () =>
      left.splice(this.integer(0, left.length - 1), 1),
    ).flat();
  }
}
