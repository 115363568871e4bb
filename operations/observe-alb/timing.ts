import { byDns, byInterfaces, type Presence, type Sight, statesOf } from "./recording";

/** How an ALB's interfaces, DNS entries and service stand to each other, as one recording shows it. In minutes. */
export interface Timing {
  readonly hours: number;
  readonly sights: number;
  /** Arrivals and departures in 24 hours. */
  readonly changesADay: number;
  /** For each arrival: EC2 behind DNS; negative where EC2 showed the interface first. */
  readonly ec2BehindDns: readonly number[];
  /** For each departure: from DNS's withdrawal to the interface's end in EC2. */
  readonly withdrawalToDeletion: readonly number[];
  /** For each departure: whether the target was healthy as long as the interface was there. */
  readonly servedUntilDeletion: readonly boolean[];
  /** Minutes in which the resolver's answer was not the authoritative one. */
  readonly resolverDiffers: number;
}

const MINUTE = 60_000;

/** Sets what EC2 and DNS said side by side, for each address in the order of its lives. */
export function timing(sights: readonly Sight[]): Timing {
  const [first, last] = [sights[0], sights.at(-1)];
  const hours = first && last ? (last.at - first.at) / (60 * MINUTE) : 0;
  const dns = byDns(sights);
  const pairs = [...byInterfaces(sights)].flatMap(([address, lives]) =>
    lives.map((life, index) => ({ address, life, listed: dns.get(address)?.[index] })),
  );
  const ec2BehindDns = pairs.flatMap(({ life, listed }) => between(listed?.from, life.from));
  const departures = pairs.flatMap(({ address, life, listed }) => {
    const [minutes] = between(listed?.until, life.until);
    return minutes === undefined ? [] : [{ minutes, served: servedUntil(sights, address, listed, life) }];
  });
  const changes = pairs.flatMap(({ life }) => [life.from, life.until]).filter((time) => time !== undefined).length;
  return {
    hours,
    sights: sights.length,
    changesADay: hours > 0 ? (changes * 24) / hours : 0,
    ec2BehindDns,
    withdrawalToDeletion: departures.map(({ minutes }) => minutes),
    servedUntilDeletion: departures.map(({ served }) => served),
    resolverDiffers: sights.filter(
      ({ authoritative, resolver }) =>
        authoritative && resolver && [...authoritative].sort().join() !== [...resolver.addresses].sort().join(),
    ).length,
  };
}

const between = (from: number | undefined, until: number | undefined): number[] =>
  from === undefined || until === undefined ? [] : [Math.round((until - from) / MINUTE)];

function servedUntil(sights: readonly Sight[], address: string, listed: Presence | undefined, life: Presence): boolean {
  const meanwhile = sights.filter(({ at }) => at >= (listed?.until ?? 0) && at < (life.until ?? 0));
  return !meanwhile.some((sight) => statesOf(sight).get(address)?.startsWith("unhealthy"));
}

const middle = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor((values.length - 1) / 2)] ?? 0;

const spread = (values: readonly number[]): string =>
  values.length === 0
    ? "none seen"
    : `${Math.min(...values)} to ${Math.max(...values)} min, median ${middle(values)} (${values.length} seen)`;

/** The recording in words; the last lines name the benchmark's worlds that it is like. */
export function describeTiming(found: Timing): string {
  const { changesADay, ec2BehindDns, hours, resolverDiffers, servedUntilDeletion, sights, withdrawalToDeletion } =
    found;
  return [
    `${sights} records over ${hours.toFixed(1)} hours; ${changesADay.toFixed(1)} nodes come or go a day`,
    `EC2 behind DNS at arrivals: ${spread(ec2BehindDns)}; negative: EC2 shows the interface first`,
    `from the withdrawal in DNS to the interface's end: ${spread(withdrawalToDeletion)}`,
    `the resolver's answer differed from the authoritative one in ${resolverDiffers} records`,
    "",
    `world of arrivals: ${arrivalWorld(ec2BehindDns)}`,
    `world of departures: ${departureWorld(withdrawalToDeletion, servedUntilDeletion)}`,
  ].join("\n");
}

/** Names of rows in docs/ip-sync-benchmark.md. */
function arrivalWorld(behind: readonly number[]): string {
  if (behind.length === 0) return "no arrival seen: record for longer";
  const minutes = middle(behind);
  if (minutes === 0) return "interface, DNS and service at once";
  return minutes > 0 ? `EC2 shows new nodes ${minutes} min late` : `interface ${-minutes} min early`;
}

function departureWorld(stays: readonly number[], served: readonly boolean[]): string {
  if (stays.length === 0) return "no departure seen: record for longer";
  const minutes = middle(stays);
  if (minutes <= 0) return "interface, DNS and service at once";
  const drains = served.filter(Boolean).length * 2 >= served.length;
  return drains ? `node drains, interface stays ${minutes} min` : `node dead, interface stays ${minutes} min`;
}
