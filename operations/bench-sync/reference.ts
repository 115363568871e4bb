import type { World } from "./world";

/** Queries a run makes at most. */
const QUERIES = 50;
/** An answer with fewer records is taken for whole. */
const FULL_ANSWER = 8;
/** Absences in a row after which an address is deregistered. */
const ABSENCES = 3;

interface Stored {
  readonly active: readonly string[];
  readonly pending: ReadonlyMap<string, number>;
}

const nothing: Stored = { active: [], pending: new Map() };

/**
 * The algorithm of the public reference implementation, second version, written from its description: AWS blog, "Using
 * AWS Lambda to enable static IP addresses for Application Load Balancers". It has one target group. Where the
 * description leaves a choice, it gets the cheaper one: state is only written when it has changed.
 */
export class ReferenceSync {
  private stored = nothing;

  constructor(private readonly world: World) {}

  /** One run. A source that fails ends it. */
  run(): void {
    const { world } = this;
    const listed = new Set<string>();
    for (let query = 0; query < QUERIES; query++) {
      const answer = world.resolve();
      for (const address of answer) listed.add(address);
      if (answer.length < FULL_ANSWER) break;
    }
    // Members in any state: a draining one counts as registered.
    const members = new Set(world.targets(0).map(({ address }) => address));
    const before = this.read();

    const missing = [...listed].filter((address) => !members.has(address));
    if (missing.length > 0) world.change("register", 0, missing);

    const pending = new Map<string, number>();
    for (const address of new Set([...before.active, ...before.pending.keys()])) {
      if (!listed.has(address)) pending.set(address, (before.pending.get(address) ?? 0) + 1);
    }
    const expired = [...pending].filter(([, absences]) => absences >= ABSENCES).map(([address]) => address);
    if (expired.length > 0) world.change("deregister", 0, expired);
    this.write(before, { active: [...listed].sort(), pending });
  }

  /** Two objects. What cannot be read is taken for empty. */
  private read(): Stored {
    this.world.awsCalls += 2;
    return this.world.faults.readState === undefined ? this.stored : nothing;
  }

  private write(before: Stored, after: Stored): void {
    const changed = [
      before.active.join() !== after.active.join(),
      [...before.pending].join() !== [...after.pending].join(),
    ];
    this.world.awsCalls += changed.filter(Boolean).length;
    if (this.world.faults.writeState !== "fails") this.stored = after;
  }
}
