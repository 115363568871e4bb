import { setTimeout as delay } from "node:timers/promises";

/** Uses one dependency for real; fails if it doesn't work. Should stop when the signal says so. */
export type Check = (signal: AbortSignal) => Promise<void>;

export interface CheckResult {
  readonly ok: boolean;
  readonly milliseconds: number;
  readonly error?: Error;
}

/**
 * Runs checks side by side, each with a time limit.
 *
 * A check that hangs is not started again before it has ended: a network file system that doesn't answer would
 * otherwise take one more thread of the process with each request.
 */
export class Readiness<Name extends string> {
  private readonly running = new Map<Name, Promise<void>>();

  constructor(
    private readonly checks: Readonly<Record<Name, Check>>,
    private readonly limitMilliseconds = 2_000,
  ) {}

  async run(): Promise<Record<Name, CheckResult>> {
    const names = Object.keys(this.checks) as Name[];
    const results = await Promise.all(names.map(async (name) => [name, await this.runOne(name)] as const));
    return Object.fromEntries(results) as Record<Name, CheckResult>;
  }

  private async runOne(name: Name): Promise<CheckResult> {
    const start = performance.now();
    const limit = new AbortController();
    try {
      await Promise.race([this.shared(name), this.timeOut(limit.signal)]);
      return { ok: true, milliseconds: elapsed(start) };
    } catch (error) {
      return { ok: false, milliseconds: elapsed(start), error: error instanceof Error ? error : new Error(`${error}`) };
    } finally {
      limit.abort();
    }
  }

  private shared(name: Name): Promise<void> {
    const running = this.running.get(name);
    if (running) return running;
    const started = this.checks[name](AbortSignal.timeout(this.limitMilliseconds)).finally(() =>
      this.running.delete(name),
    );
    this.running.set(name, started);
    return started;
  }

  private async timeOut(signal: AbortSignal): Promise<never> {
    await delay(this.limitMilliseconds, undefined, { signal });
    throw new Error(`no answer within ${this.limitMilliseconds} ms`);
  }
}

function elapsed(start: number): number {
  return Math.round(performance.now() - start);
}
