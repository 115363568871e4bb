import { byDns, byInterfaces, type Presence, read, type Sight, statesOf } from "../../operations/observe-alb/recording";
import { ALWAYS, type Life, type Scenario, type Seconds } from "./scenario";

/**
 * A recording of `observe-alb` as a scenario. Known to the minute: an interface and a DNS entry begin and end with the
 * first record that shows it; a node serves from its listing until its target is seen unhealthy, else as long as it is
 * listed or its interface is there.
 *
 * @throws Error if there are fewer than two records
 */
export function recordedScenarios(file: string): Scenario[] {
  const sights = read(file);
  const [first, last] = [sights[0], sights.at(-1)];
  if (!first || !last || first === last) throw new Error(`${file} has fewer than two records: run observe-alb first`);
  const seconds = (time: number | undefined, otherwise: Seconds): Seconds =>
    time === undefined ? otherwise : (time - first.at) / 1000;
  const span = ({ from, until }: Presence): [Seconds, Seconds] => [
    seconds(from, Number.NEGATIVE_INFINITY),
    seconds(until, ALWAYS),
  ];
  const dns = byDns(sights);
  const lives = [...byInterfaces(sights)].flatMap(([address, presences]) =>
    presences.map((presence, index): Life => {
      const listing = dns.get(address)?.[index] ?? presence;
      const [from, until] = span(listing);
      const end = Math.max(until, span(presence)[1]);
      const unhealthyAt = seconds(firstUnhealthy(sights, address, listing), end);
      return { address, interface: span(presence), listed: [from, until], service: [from, Math.min(end, unhealthyAt)] };
    }),
  );
  return [{ seed: 1, length: Math.floor((last.at - first.at) / 5000) * 5, lives }];
}

/** First record after the withdrawal in which the target is unhealthy. */
const firstUnhealthy = (sights: readonly Sight[], address: string, { until }: Presence): number | undefined =>
  until === undefined
    ? undefined
    : sights.find((sight) => sight.at >= until && statesOf(sight).get(address)?.startsWith("unhealthy"))?.at;
