import { contains, isIpv6 } from "../../paths/model/addresses";
import type { RouteTable } from "../../paths/model/network";
import { firewall, type PrefixLists } from "./firewall";
import { type Host, type Outside, type Plan, subnetOfHost } from "./plan";

/** Every router answers for this address on every link, as AWS's does for the first address of a subnet. */
const GATEWAY = "169.254.0.1";

/** Everything that turns namespaces into the network of the plan: input of `ip -batch`, and of `nft` by namespace. */
export interface Build {
  readonly namespaces: readonly string[];
  /** `ip` commands outside all namespaces: links between them. */
  readonly links: readonly string[];
  /** `ip` commands inside. */
  readonly inside: ReadonlyMap<string, readonly string[]>;
  readonly rules: ReadonlyMap<string, string>;
  /** Namespaces that pass packets on. */
  readonly forwarding: readonly string[];
  /** Namespaces of the VPCs' routers, by key of the VPC. */
  readonly routers: ReadonlyMap<string, string>;
}

/** The plan as commands. */
export function build(plan: Plan, prefix: string): Build {
  return new Builder(plan, prefix).build();
}

interface Link {
  readonly namespace: string;
  readonly device: string;
  readonly address: string;
}

class Builder {
  private readonly namespaces: string[] = [];
  private readonly links: string[] = [];
  private readonly inside = new Map<string, string[]>();
  private readonly rules = new Map<string, string>();
  private readonly forwarding: string[] = [];
  /** By key of the VPC. */
  private readonly routers = new Map<string, string>();
  /** Numbers of routing tables by key of the route table, `main <vpc>` for the one without resource. */
  private readonly tables = new Map<string, number>();
  private readonly natGateways = new Map<string, Link>();
  /** Routers' links to an outside, by its name. */
  private readonly outsideDevices = new Map<string, string>();
  private count = 0;

  constructor(
    private readonly plan: Plan,
    private readonly prefix: string,
  ) {}

  build(): Build {
    const { hosts, network, outsides, tunnels } = this.plan;
    for (const vpc of network.vpcs.keys()) this.addRouter(vpc);
    for (const host of hosts) this.addHost(host);
    for (const [key, { subnet }] of network.natGateways) this.addNatGateway(key, subnet);
    for (const outside of outsides) this.addOutside(outside);
    tunnels.forEach((tunnel, index) => {
      this.addTunnel(tunnel, index + 1);
    });
    for (const vpc of network.vpcs.keys()) this.addRoutes(vpc);
    this.addInternetGateways();
    return {
      namespaces: this.namespaces,
      links: this.links,
      inside: this.inside,
      rules: this.rules,
      forwarding: this.forwarding,
      routers: this.routers,
    };
  }

  private run(namespace: string, ...commands: string[]): void {
    this.inside.set(namespace, [...(this.inside.get(namespace) ?? []), ...commands]);
  }

  private namespace(name: string, forwards = false): void {
    this.namespaces.push(name);
    if (forwards) this.forwarding.push(name);
    this.run(name, "link set lo up");
  }

  private addRouter(vpc: string): void {
    const name = `${this.prefix}-r${this.routers.size + 1}`;
    this.routers.set(vpc, name);
    this.namespace(name, true);
    this.run(name, "route add unreachable default metric 9999");
  }

  /** A link between a namespace and a router, on which the namespace has one address and everything else behind it. */
  private connect(namespace: string, router: string, address: string, routingTable?: number): string {
    this.count += 1;
    const device = `v${this.count}`;
    this.links.push(`link add ${device} netns ${router} type veth peer name eth0 netns ${namespace}`);
    this.run(
      namespace,
      `addr add ${address}/32 dev eth0`,
      "link set eth0 up",
      `route add default via ${GATEWAY} dev eth0 onlink`,
    );
    this.run(
      router,
      `addr add ${GATEWAY}/32 dev ${device}`,
      `link set ${device} up`,
      `route add ${address}/32 dev ${device}`,
      ...(routingTable === undefined ? [] : [`rule add iif ${device} lookup ${routingTable} priority 100`]),
    );
    return device;
  }

  private addHost(host: Host): void {
    const { network } = this.plan;
    const subnet = subnetOfHost(network, host);
    this.namespace(host.name, host.of.role === "consumer-endpoint");
    this.connect(host.name, this.routers.get(subnet.vpc) as string, host.of.address, this.tableOf(subnet.key));
    const nlb = [...network.loadBalancers.values()].find(({ nodes }) => nodes.includes(host.of));
    const rules = firewall(network, host.of, {
      prefixLists: this.prefixLists(),
      enforcedOnTunnels: nlb?.enforcesOnPrivateLink === true,
    });
    this.rules.set(host.name, rules);
  }

  private prefixLists(): PrefixLists {
    return new Map(
      this.plan.outsides.flatMap(({ addresses, endpoint }): [string, readonly string[]][] =>
        endpoint ? [[endpoint, addresses]] : [],
      ),
    );
  }

  /** Number of the routing table of a subnet. */
  private tableOf(subnetKey: string): number {
    const subnet = this.plan.network.subnets.get(subnetKey);
    const key = subnet?.routeTable ?? `main ${subnet?.vpc}`;
    const known = this.tables.get(key);
    if (known !== undefined) return known;
    const number = 1001 + this.tables.size;
    this.tables.set(key, number);
    return number;
  }

  private addNatGateway(key: string, subnetKey: string): void {
    const { network } = this.plan;
    const subnet = network.subnets.get(subnetKey);
    if (!subnet) return;
    const name = `${this.prefix}-nat${this.natGateways.size + 1}`;
    // The last address of the subnet that AWS gives away; no interface of the model is that far.
    const address = lastUsable(subnet.block);
    this.namespace(name, true);
    const router = this.routers.get(subnet.vpc) as string;
    const device = this.connect(name, router, address, this.tableOf(subnetKey));
    this.natGateways.set(key, { namespace: router, device, address });
    this.rules.set(
      name,
      `table ip nat {
  chain postrouting { type nat hook postrouting priority 100; ip saddr != ${address} masquerade; }
}
`,
    );
  }

  private addOutside(outside: Outside): void {
    const { addresses, kind, name, vpc } = outside;
    this.namespace(name);
    this.run(name, ...addresses.map((address) => `addr add ${address}/32 dev lo`));
    const router = vpc === undefined ? undefined : this.routers.get(vpc);
    if (!router) return;
    if (kind === "internet" && !this.plan.network.withInternetGateway.has(vpc ?? "")) return;
    this.count += 1;
    const device = `o${this.count}`;
    this.links.push(`link add ${device} netns ${router} type veth peer name eth0 netns ${name}`);
    this.run(name, "link set eth0 up", `route add default via ${GATEWAY} dev eth0 onlink src ${addresses[0]}`);
    this.run(router, `addr add ${GATEWAY}/32 dev ${device}`, `link set ${device} up`);
    this.outsideDevices.set(name, device);
    if (kind === "connected network") {
      this.run(router, ...addresses.map((address) => `route add ${address}/32 dev ${device}`));
    }
  }

  /** Route tables: what is in the VPC's block goes to its host, as the local route does; the rest as the tables say. */
  private addRoutes(vpcKey: string): void {
    const { network, outsides } = this.plan;
    const router = this.routers.get(vpcKey) as string;
    const vpc = network.vpcs.get(vpcKey);
    const connected = outsides.filter(({ kind, vpc: own }) => kind === "connected network" && own === vpcKey);
    const own = new Set([...network.subnets.values()].filter((subnet) => subnet.vpc === vpcKey).map(({ key }) => key));
    for (const key of own) {
      const subnet = network.subnets.get(key);
      const number = this.tables.get(subnet?.routeTable ?? `main ${vpcKey}`);
      if (number === undefined) continue;
      const table = subnet?.routeTable === undefined ? undefined : network.routeTables.get(subnet.routeTable);
      this.run(
        router,
        `route replace throw ${vpc?.block} table ${number}`,
        ...connected.flatMap(({ addresses }) =>
          addresses.map((one) => `route replace throw ${one}/32 table ${number}`),
        ),
        ...(table ? this.routes(table, vpcKey, number) : []),
        `route replace unreachable default metric 9999 table ${number}`,
      );
    }
  }

  private routes({ routes }: RouteTable, vpcKey: string, table: number): string[] {
    return routes.flatMap(({ destination, target }): string[] => {
      const device = (wanted: (outside: Outside) => boolean) =>
        this.outsideDevices.get(this.plan.outsides.find((one) => one.vpc === vpcKey && wanted(one))?.name ?? "");
      if ("prefixList" in destination) {
        const endpoint = this.plan.outsides.find((one) => one.endpoint === destination.prefixList);
        const link = device((one) => one.endpoint === destination.prefixList);
        return (endpoint?.addresses ?? []).map((one) => `route replace ${one}/32 dev ${link} table ${table}`);
      }
      if (isIpv6(destination.block)) return [];
      if (target.kind === "internet-gateway") {
        const link = device(({ kind }) => kind === "internet");
        return link ? [`route replace ${destination.block} dev ${link} table ${table}`] : [];
      }
      const nat = target.kind === "nat-gateway" ? this.natGateways.get(target.key) : undefined;
      return nat
        ? [`route replace ${destination.block} via ${nat.address} dev ${nat.device} onlink table ${table}`]
        : [];
    });
  }

  /** An internet gateway passes what belongs to a public address, and answers to it. */
  private addInternetGateways(): void {
    const { hosts, network, outsides } = this.plan;
    for (const { kind, name, vpc = "" } of outsides) {
      const device = this.outsideDevices.get(name);
      const router = this.routers.get(vpc);
      if (kind !== "internet" || !device || !router) continue;
      const gateways = [...network.natGateways].flatMap(([key, gateway]) =>
        gateway.public ? [this.natGateways.get(key)?.address ?? ""] : [],
      );
      const hostsHere = hosts.filter((host) => host.of.public && subnetOfHost(network, host).vpc === vpc);
      const publicAddresses = [...gateways, ...hostsHere.map(({ of }) => of.address)].filter((one) => one !== "");
      const list = publicAddresses.length > 0 ? `{ ${publicAddresses.join(", ")} }` : "{ 0.0.0.0 }";
      // NAT gateways answer, but accept nothing from outside.
      const reachable =
        hostsHere.length > 0 ? `{ ${hostsHere.map(({ of }) => of.address).join(", ")} }` : "{ 0.0.0.0 }";
      this.rules.set(
        router,
        `table inet internet_gateway {
  chain forward {
    type filter hook forward priority 0; policy accept;
    ct state established,related accept
    oifname "${device}" ip saddr != ${list} drop
    iifname "${device}" ip daddr != ${reachable} drop
  }
}
`,
      );
    }
  }

  /**
   * The client's address goes through the tunnel as it is, since the NLB's group checks it; the answer takes the tunnel
   * by a mark, as addresses of consumers may overlap the provider's.
   */
  private addTunnel({ from, node, ports }: Plan["tunnels"][number], number: number): void {
    const device = `tunnel${number}`;
    const source = this.plan.outsides.find(({ name }) => name === from)?.addresses[0];
    this.links.push(`link add ${device} netns ${node.name} type veth peer name ${device} netns ${from}`);
    this.run(
      from,
      `addr add 169.254.100.1/32 dev ${device}`,
      `link set ${device} up`,
      `route add ${node.of.address}/32 dev ${device}${source ? ` src ${source}` : ""}`,
    );
    this.run(
      node.name,
      `addr add 169.254.100.2/32 dev ${device}`,
      `link set ${device} up`,
      `rule add fwmark ${number} lookup ${2000 + number} priority 50`,
      `route add default via 169.254.100.1 dev ${device} onlink table ${2000 + number}`,
    );
    this.append(
      node.name,
      `table inet private_link_${number} {
  chain in { type filter hook prerouting priority -160; iifname "${device}" ct mark set ${number}; }
  chain out { type route hook output priority -160; ct mark ${number} meta mark set ct mark; }
}
`,
    );
    if (!ports) return;
    this.append(
      from,
      `table ip private_link {
  chain prerouting { type nat hook prerouting priority -100; iifname "eth0" tcp dport { ${ports.join(", ")} } dnat to ${node.of.address}; }
}
`,
    );
  }

  private append(namespace: string, rules: string): void {
    this.rules.set(namespace, `${this.rules.get(namespace) ?? ""}${rules}`);
  }
}

function lastUsable(block: string): string {
  const [address = "", length = "32"] = block.split("/");
  const parts = address.split(".").map(Number);
  const last = parts.reduce((value, byte) => value * 256 + byte, 0) + 2 ** (32 - Number(length)) - 2;
  const text = [24, 16, 8, 0].map((shift) => Math.floor(last / 2 ** shift) % 256).join(".");
  if (!contains(block, text)) throw new Error(`${block} has no address left`);
  return text;
}
