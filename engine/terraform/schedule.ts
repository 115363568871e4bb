/** How the work on one stack ended. */
export type Outcome<T> =
  | { readonly status: "done"; readonly value: T }
  | { readonly status: "failed"; readonly error: unknown }
  /** Not begun, because something before it failed. */
  | { readonly status: "skipped" };

export interface ScheduleOptions {
  /** Work from the last to the first, as destroying does. */
  readonly reverse?: boolean;
  /** How many at most at once. */
  readonly concurrency?: number;
}

interface Node {
  readonly id: string;
  readonly dependencies: readonly string[];
}

/**
 * Works on stacks as soon as everything they need is done, independent ones side by side. After the first failure
 * nothing new is begun; what runs already is left to end well.
 *
 * @param work calls `release` if what others wait for is there before the work itself has ended
 * @returns the outcome of every stack as a promise each, so that they can be shown while they run; none ever rejects
 */
export function schedule<N extends Node, T>(
  nodes: readonly N[],
  work: (node: N, release: () => void) => Promise<T>,
  { reverse = false, concurrency = Number.POSITIVE_INFINITY }: ScheduleOptions = {},
): Map<string, Promise<Outcome<T>>> {
  const ids = new Set(nodes.map(({ id }) => id));
  const waitsFor = (node: N) =>
    reverse
      ? nodes.filter(({ dependencies }) => dependencies.includes(node.id)).map(({ id }) => id)
      : node.dependencies.filter((id) => ids.has(id));

  const waiting = new Set(nodes);
  const done = new Set<string>();
  let running = 0;
  let failed = false;
  const settle = new Map<string, (outcome: Outcome<T>) => void>();
  const outcomes = new Map(nodes.map(({ id }) => [id, new Promise<Outcome<T>>((resolve) => settle.set(id, resolve))]));

  const begin = async (node: N) => {
    running += 1;
    let outcome: Outcome<T>;
    const release = () => {
      done.add(node.id);
      next();
    };
    try {
      outcome = { status: "done", value: await work(node, release) };
      done.add(node.id);
    } catch (error) {
      outcome = { status: "failed", error };
      failed = true;
    }
    running -= 1;
    settle.get(node.id)?.(outcome);
    next();
  };
  const next = () => {
    for (const node of waiting) {
      if (failed) {
        waiting.delete(node);
        settle.get(node.id)?.({ status: "skipped" });
      } else if (running < concurrency && waitsFor(node).every((id) => done.has(id))) {
        waiting.delete(node);
        void begin(node);
      }
    }
  };
  next();
  return outcomes;
}
