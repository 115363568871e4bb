import type { Target } from "../../lambda/alb-ip-sync/evidence";
import type { DnsAnswer } from "../../lambda/alb-ip-sync/ports";
import { append, read, type Sight } from "./recording";

/** Where a sight comes from. Each call rejects where the source does not answer. */
export interface Sources {
  albAddresses(): Promise<ReadonlyMap<string, number>>;
  authoritative(): Promise<DnsAnswer>;
  resolver(): Promise<DnsAnswer>;
  /** Target group → its targets. */
  targets(): Promise<ReadonlyMap<string, readonly Target[]>>;
}

export interface Observation {
  readonly sources: Sources;
  /** Goes on with what is there. */
  readonly file: string;
  /** Time from the first record to the last, in milliseconds. */
  readonly length: number;
  now(): number;
  /** Rejects when the command is interrupted. */
  wait(milliseconds: number): Promise<void>;
  /** Called after each record. */
  log(sight: Sight): void;
}

const MINUTE = 60_000;

/** Records once a minute until the recording is long enough. @returns all records, those of earlier calls included */
export async function observe({ file, length, log, now, sources, wait }: Observation): Promise<Sight[]> {
  const sights = read(file);
  const begin = sights[0]?.at ?? now();
  let next = Math.max(now(), (sights.at(-1)?.at ?? Number.NEGATIVE_INFINITY) + MINUTE);
  while (next <= begin + length) {
    if (next > now()) await wait(next - now());
    const sight = await see(sources, now());
    append(file, sight);
    sights.push(sight);
    log(sight);
    next = sight.at + MINUTE;
  }
  return sights;
}

const orNull = <T, R>(answer: Promise<T>, form: (value: T) => R): Promise<R | null> => answer.then(form, () => null);

async function see(sources: Sources, at: number): Promise<Sight> {
  const [interfaces, authoritative, resolver, targets] = await Promise.all([
    orNull(sources.albAddresses(), (found) => Object.fromEntries(found)),
    orNull(sources.authoritative(), ({ addresses }) => [...addresses].sort()),
    orNull(sources.resolver(), ({ addresses, age }) => ({ addresses: [...addresses].sort(), age })),
    orNull(sources.targets(), (groups) =>
      Object.fromEntries(
        [...groups].map(([group, found]) => [
          group,
          Object.fromEntries(found.map(({ address, state }) => [address, state])),
        ]),
      ),
    ),
  ]);
  return { at, interfaces, authoritative, resolver, targets };
}
