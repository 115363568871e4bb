import type { Environment } from "../../config/schema";
import { evaluate } from "../../paths/evaluation/evaluate";
import {
  describe,
  type Flow,
  type ForwardFlow,
  isInterface,
  isOverIpv6,
  type Place,
} from "../../paths/evaluation/flow";
import type { Trace } from "../../paths/evaluation/trace";
import { internetAddress, subnetOf } from "../../paths/evaluation/vpc";
import { contains, range, usableAddress } from "../../paths/model/addresses";
import type {
  Network,
  NetworkInterface,
  SecurityGroup,
  SecurityGroupRule,
  Subnet,
  TargetGroup,
} from "../../paths/model/network";
import type { EnvironmentProof, FlowProof } from "../../paths/prove";
import { ways } from "./listeners";

/** A namespace that stands for a network interface. */
export interface Host {
  readonly name: string;
  readonly of: NetworkInterface;
}

/** A namespace outside the modelled VPCs: the internet, a gateway endpoint, a connected network, a foreign consumer. */
export interface Outside {
  readonly name: string;
  readonly addresses: readonly string[];
  /** VPC whose router it is linked to; none for foreign consumers. */
  readonly vpc?: string;
  readonly kind: "internet" | "gateway endpoint" | "connected network" | "foreign consumer";
  /** Key of the gateway endpoint. */
  readonly endpoint?: string;
}

/** PrivateLink's own way: from an endpoint's interface, or a foreign consumer, to a node of the NLB. */
export interface Tunnel {
  readonly from: string;
  readonly node: Host;
  /** Ports that an endpoint's interface hands over; a foreign consumer asks the node itself. */
  readonly ports?: readonly number[];
}

/** A real connection attempt, and what the model says about it. */
export interface Attempt {
  readonly path: string;
  readonly expected: "open" | "closed";
  /** Every one of them has to answer for the path to be open. */
  readonly connections: readonly { readonly from: string; readonly address: string; readonly port: number }[];
  /** HTTP path that has to answer 200 to HTTP/1.1 where the way is open. */
  readonly http?: string;
  /** With `http`: by TLS. */
  readonly tls?: true;
  /** The model's verdict without security groups; undefined where an endpoint's policy decides. */
  readonly withoutGroups?: "open" | "closed";
}

export interface Plan {
  readonly network: Network;
  readonly hosts: readonly Host[];
  readonly outsides: readonly Outside[];
  readonly tunnels: readonly Tunnel[];
  readonly attempts: readonly Attempt[];
  /** Paths whose verdict is not about packets, with the reason. */
  readonly notSent: readonly { readonly path: string; readonly reason: string }[];
  /** Addresses that stand for an AWS service's public ones, by service. */
  readonly serviceAddresses: ReadonlyMap<string, string>;
  /** What was asked for: tasks speak what it says, load balancers what the stacks say. */
  readonly environment: Environment;
}

/** Turns what was proven into namespaces and packets. Names begin with `prefix`. */
export function makePlan({ network, proofs }: EnvironmentProof, environment: Environment, prefix: string): Plan {
  const planner = new Planner(network, environment, prefix);
  for (const proof of proofs.flatMap(({ flows }) => flows)) planner.add(proof);
  return planner.plan();
}

class Planner {
  private readonly hosts: Host[];
  private readonly byId: ReadonlyMap<string, Host>;
  private readonly outsides = new Map<string, Outside>();
  private readonly tunnels = new Map<string, Tunnel>();
  private readonly attempts = new Map<string, Attempt>();
  private readonly notSent: { path: string; reason: string }[] = [];
  private readonly serviceAddresses = new Map<string, string>();
  private readonly unguarded: Network;
  private names = 0;

  constructor(
    private readonly network: Network,
    private readonly environment: Environment,
    private readonly prefix: string,
  ) {
    this.unguarded = withoutGroups(network);
    this.hosts = network.interfaces.map((of) => ({ name: this.name(), of }));
    this.byId = new Map(this.hosts.map((host) => [host.of.id, host]));
    for (const vpc of network.withInternetGateway)
      this.outside({ kind: "internet", addresses: [internetAddress], vpc });
    for (const { key, kind, service, vpc } of network.serviceEndpoints) {
      if (kind !== "Gateway") continue;
      this.outside({ kind: "gateway endpoint", addresses: [this.serviceAddress(service)], vpc, endpoint: key });
    }
  }

  plan(): Plan {
    const services = [...this.serviceAddresses.values()];
    const outsides = [...this.outsides.values()].map((one) =>
      one.kind === "internet" ? { ...one, addresses: [...one.addresses, ...services] } : one,
    );
    return {
      network: this.network,
      environment: this.environment,
      hosts: this.hosts,
      outsides,
      tunnels: [...this.tunnels.values()],
      attempts: [...this.attempts.values()],
      notSent: this.notSent,
      serviceAddresses: this.serviceAddresses,
    };
  }

  add({ flow, trace }: FlowProof): void {
    const path = describe(flow);
    const reason = notAboutPackets(flow, trace);
    const connections = flow.kind === "outside VPCs" || reason ? undefined : this.connections(flow);
    if (!connections) {
      this.notSent.push({ path, reason: reason ?? "its addresses are in an existing VPC" });
      return;
    }
    const open = trace.verdict === "open" && trace.answered;
    const unguarded = evaluate(this.unguarded, flow);
    const attempt: Attempt = {
      path,
      expected: open ? "open" : "closed",
      connections,
      ...(open ? this.request(flow) : {}),
      ...(isPolicys(unguarded) ? {} : { withoutGroups: unguarded.verdict === "open" ? "open" : "closed" }),
    };
    const key = JSON.stringify([connections, attempt.http]);
    if (!this.attempts.has(key)) this.attempts.set(key, attempt);
  }

  private connections(flow: Exclude<Flow, { kind: "outside VPCs" }>): Attempt["connections"] | undefined {
    switch (flow.kind) {
      case "forward":
        return [{ from: this.host(flow.from).name, address: flow.to.address, port: this.forwardPort(flow) }];
      case "PrivateLink":
        return this.throughPrivateLink(flow);
      case "direct": {
        const from = this.source(flow.from, flow.to);
        return this.targets(flow.to, flow.from).map((address) => ({ from, address, port: flow.port }));
      }
    }
  }

  private forwardPort(flow: ForwardFlow): number {
    const group = this.targetGroup(flow);
    return (flow.purpose === "requests" ? group?.port : group?.healthCheck.port) ?? flow.listenerPort;
  }

  private targetGroup({ listenerPort, loadBalancer, to }: ForwardFlow): TargetGroup | undefined {
    const { listeners = [] } = this.network.loadBalancers.get(loadBalancer) ?? {};
    const key = to.targetGroup ?? listeners.find(({ port }) => port === listenerPort)?.targetGroup;
    return this.network.targetGroups.get(key ?? "");
  }

  /** What is asked at the end of an open way; where only newer versions of HTTP are spoken, it is the connection alone. */
  private request(flow: Flow): Pick<Attempt, "http" | "tls"> {
    const all = ways(this.network);
    const way =
      flow.kind === "PrivateLink"
        ? all.find(({ port }) => port === flow.port)
        : flow.kind === "forward" && flow.to.role === "alb"
          ? all.find(({ albListener }) => albListener.port === this.targetGroup(flow)?.port)
          : undefined;
    if (way) {
      const tls = flow.kind === "PrivateLink" ? way.endsTls !== undefined : way.albListener.protocol === "HTTPS";
      if (way.group.protocolVersion !== "HTTP1") return {};
      return { http: flow.kind === "PrivateLink" ? "/" : way.group.healthCheck.path, ...(tls && { tls }) };
    }
    const group = flow.kind === "forward" ? this.targetGroup(flow) : undefined;
    if (group?.protocolVersion !== "HTTP1") return {};
    return { http: group.healthCheck.path, ...(group.protocol === "HTTPS" && { tls: true }) };
  }

  private throughPrivateLink(flow: Extract<Flow, { kind: "PrivateLink" }>): Attempt["connections"] | undefined {
    const { client, consumer, endpoint, node, port } = flow;
    if (!isInterface(client) && client.kind === "unseen clients") return undefined;
    if (!consumer) {
      if (!node) return undefined;
      const block = isInterface(client) ? client.address : client.block;
      const from = this.outside({ kind: "foreign consumer", addresses: [this.representative(block)] });
      this.tunnels.set(`${from.name} ${node.id}`, { from: from.name, node: this.host(node) });
      return [{ from: from.name, address: node.address, port }];
    }
    const ways = endpoint ? [endpoint] : consumer.interfaces;
    if (ways.length === 0) return undefined;
    for (const way of ways) this.addTunnel(way);
    const vpc = this.network.vpcs.get(consumer.vpc);
    const from = isInterface(client)
      ? this.host(client).name
      : client.block === vpc?.block
        ? this.clientOf(consumer.origin.stack)
        : this.connected(consumer.vpc, client.block).name;
    return ways.map(({ address }) => ({ from, address, port }));
  }

  /** The interface of an endpoint leads to the NLB's node in its zone; zones that only AWS knows are taken in order. */
  private addTunnel(endpoint: NetworkInterface): void {
    const nlbs = [...this.network.loadBalancers.values()].filter(({ type }) => type === "network");
    const nodes = nlbs.flatMap(({ nodes: all }) => all);
    const zone = subnetOf(this.network, endpoint).zone;
    const place = Number(/\[(\d+)\]$/.exec(zone)?.[1] ?? -1);
    const node = nodes.find((one) => subnetOf(this.network, one).zone === zone) ?? nodes[place];
    if (!node) return;
    const ports = nlbs.flatMap(({ listeners }) => listeners.map(({ port }) => port));
    this.tunnels.set(endpoint.id, { from: this.host(endpoint).name, node: this.host(node), ports });
  }

  private clientOf(stack: string): string {
    const client = this.hosts.find(({ of }) => of.role === "client" && of.origin.stack === stack);
    return client?.name ?? "";
  }

  private source(place: Extract<Flow, { kind: "direct" }>["from"], to: Place): string {
    if (isInterface(place)) return this.host(place).name;
    const vpc = isInterface(to) ? subnetOf(this.network, to).vpc : "";
    if (place.kind === "connected network") return this.connected(vpc, place.block).name;
    // Without an internet gateway the internet has no link, but a host there may still send packets.
    return this.outside({ kind: "internet", addresses: [internetAddress], vpc }).name;
  }

  private targets(to: Extract<Flow, { kind: "direct" }>["to"], from: Place): string[] {
    if (isInterface(to)) return [to.address];
    if (to.kind === "internet") return [internetAddress];
    const vpc = isInterface(from) ? subnetOf(this.network, from).vpc : "";
    const endpoint = this.network.serviceEndpoints.find(
      ({ kind, service, vpc: own }) => own === vpc && service === to.service && kind === "Interface",
    );
    return endpoint ? endpoint.interfaces.map(({ address }) => address) : [this.serviceAddress(to.service)];
  }

  private connected(vpc: string, block: string): Outside {
    return this.outside({ kind: "connected network", addresses: [this.representative(block)], vpc });
  }

  /** An address of the block that is in no VPC. */
  private representative(block: string): string {
    if (!block.includes("/")) return block;
    const inVpc = (address: string) => [...this.network.vpcs.values()].some((vpc) => contains(vpc.block, address));
    const first = usableAddress(block, 0);
    const { first: start, last } = range(block);
    return inVpc(first) && last - start > 2 ** 16 ? usableAddress(block, last - start - 8) : first;
  }

  private serviceAddress(service: string): string {
    const known = this.serviceAddresses.get(service);
    if (known) return known;
    const address = `203.0.113.${10 + this.serviceAddresses.size}`;
    this.serviceAddresses.set(service, address);
    return address;
  }

  private outside(outside: Omit<Outside, "name">): Outside {
    const key = `${outside.kind} ${outside.vpc} ${outside.addresses.join()}`;
    const known = this.outsides.get(key);
    if (known) return known;
    const added = { ...outside, name: this.name() };
    this.outsides.set(key, added);
    return added;
  }

  private host(of: NetworkInterface): Host {
    return this.byId.get(of.id) as Host;
  }

  private name(): string {
    this.names += 1;
    return `${this.prefix}-${this.names}`;
  }
}

function notAboutPackets(flow: Flow, trace: Trace): string | undefined {
  if (trace.verdict === "unknown") return "the model does not know";
  if (flow.kind === "outside VPCs") return "it is in no VPC";
  if (isOverIpv6(flow)) return "it is IPv6, and the lab sends over IPv4 alone";
  return isPolicys(trace) ? "an endpoint's policy decides, not packets" : undefined;
}

/** Whether it is closed by the policy of an endpoint, which packets do not meet. */
const isPolicys = ({ hops, verdict }: Trace): boolean =>
  verdict === "closed" && hops.at(-1)?.text.startsWith("the endpoint's policy") === true;

/** The network if every security group let everything pass. */
function withoutGroups(network: Network): Network {
  const everything = (group: SecurityGroup, direction: SecurityGroupRule["direction"]): SecurityGroupRule[] => [
    {
      origin: group.origin,
      group: group.key,
      direction,
      ports: { from: 0, to: 65535 },
      peer: { block: "0.0.0.0/0" },
    },
  ];
  const groups = [...network.securityGroups.values()].map((group): [string, SecurityGroup] => [
    group.key,
    { ...group, ingress: everything(group, "ingress"), egress: everything(group, "egress") },
  ]);
  return { ...network, securityGroups: new Map(groups) };
}

/** Subnet of a host. */
export const subnetOfHost = (network: Network, { of }: Host): Subnet => subnetOf(network, of);
