/** What became of one kind of fault. */
export interface Outcome extends Trials {
  readonly name: string;
  readonly expected: string;
  readonly seconds: number;
}

/** A scripted fault with its expected outcome. */
export interface FaultCase {
  readonly name: string;
  readonly expected: string;
  /** @throws what makes the case's own set-up fail; a fault that went otherwise is told in the trial */
  run(update: (text: string) => void): Promise<Trials>;
}

export interface Trials {
  readonly runs: number;
  /** What was counted on the way, e.g. `killed: 6`. */
  readonly seen: Readonly<Record<string, number>>;
  /** What went otherwise than expected, one line each. */
  readonly wrong: readonly string[];
  /** Why it could not be tried here. */
  readonly skipped?: string;
}

/** Counts things by name. */
export class Tally {
  readonly counts: Record<string, number> = {};

  add(name: string, number = 1): void {
    if (number !== 0) this.counts[name] = (this.counts[name] ?? 0) + number;
  }
}
