import { Resolver } from "node:dns/promises";
import type { DnsAnswer } from "./ports";

const TIMEOUT_MILLISECONDS = 2000;
/** Time to live of a load balancer's record. Source: Application Load Balancers guide, "DNS name". */
const TIME_TO_LIVE_SECONDS = 60;
const SERVERS_KNOWN_FOR = 3_600_000;
/** After a failure the environment's resolver is asked for so long. */
const UNREACHABLE_FOR = 600_000;

/** @returns one answer for an A record */
export type Resolve = (name: string) => Promise<DnsAnswer>;

/** The environment's resolver, or the given servers (`address` or `address:port`). Its cache shows in the answer's age. */
export function cachingResolver(servers: readonly string[] = []): Resolve {
  return (name) => ask(name, servers);
}

async function ask(name: string, servers: readonly string[]): Promise<DnsAnswer> {
  const resolver = new Resolver({ timeout: TIMEOUT_MILLISECONDS, tries: 2 });
  if (servers.length > 0) resolver.setServers([...servers]);
  const records = await resolver.resolve4(name, { ttl: true });
  const left = Math.min(TIME_TO_LIVE_SECONDS, ...records.map(({ ttl }) => ttl));
  return { addresses: records.map(({ address }) => address), age: (TIME_TO_LIVE_SECONDS - left) * 1000 };
}

/**
 * The authoritative servers of the name's zone, which no cache makes late; where they do not answer, the fallback, for ten
 * minutes.
 */
export function authoritativeResolver(fallback: Resolve, now: () => number = Date.now): Resolve {
  let servers: { readonly list: readonly string[]; readonly until: number } | undefined;
  let unreachableUntil = 0;
  let turn = 0;
  return async (name) => {
    if (now() < unreachableUntil) return fallback(name);
    try {
      if (!servers || now() > servers.until) {
        servers = { list: await serversOf(name), until: now() + SERVERS_KNOWN_FOR };
      }
      const { list } = servers;
      return await ask(name, [list[turn++ % list.length] ?? ""]);
    } catch {
      servers = undefined;
      unreachableUntil = now() + UNREACHABLE_FOR;
      return fallback(name);
    }
  };
}

/** Addresses of the name servers of the zone that holds the name. */
async function serversOf(name: string): Promise<string[]> {
  const resolver = new Resolver({ timeout: TIMEOUT_MILLISECONDS, tries: 2 });
  const labels = name.split(".");
  for (let from = 1; from < labels.length - 1; from++) {
    const names = await resolver.resolveNs(labels.slice(from).join(".")).catch(() => []);
    const found = await Promise.all(names.map((server) => resolver.resolve4(server).catch(() => [])));
    if (found.flat().length > 0) return found.flat();
  }
  throw new Error(`no name servers found for ${name}`);
}
