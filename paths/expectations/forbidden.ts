import { hasNat, serviceListeners } from "../../config/derive";
import { clientRanges } from "../../config/service-consumers";
import { stackId } from "../../config/stack-ids";
import type { ConnectedNetwork, Flow } from "../evaluation/flow";
import { blocksOf } from "../evaluation/route";
import { contains, overlaps } from "../model/addresses";
import { isExistingVpcStack } from "../model/existing-vpc";
import type { NetworkInterface, Role } from "../model/network";
import { strangersBucket } from "./aws-services";
import { byRole, type Expectation, pairs, partOf, type Scope, usedBy } from "./expectation";

/** Everything that must not pass: everything outside the pattern, and the pattern's own parts beyond their task. */
export function forbidden(scope: Scope): Expectation[] {
  const all = [
    internet(scope),
    connectedNetworks(scope),
    consumersDirectly(scope),
    ...outsideConsumerBlocks(scope),
    ...consumerOutsiders(scope),
    ...servers.map((role) => onlyItsClients(scope, role)),
    ...servers.map((role) => onlyItsServers(scope, role)),
    otherDatabasePorts(scope),
    lambdaToDatabase(scope),
    publicToIsolated(scope),
    isolatedToInternet(scope),
    toStrangersBucket(scope),
    ...overIpv6(scope),
  ];
  return all.filter(({ flows }) => flows.length > 0);
}

const mustNot = (id: string, title: string, flows: readonly Flow[]): Expectation => ({
  id,
  title,
  kind: "must not pass",
  flows,
});

const direct = (from: Extract<Flow, { kind: "direct" }>["from"], to: NetworkInterface, port: number): Flow => ({
  kind: "direct",
  from,
  to,
  port,
});

/** A port that nothing listens on, so that a rule for all ports is noticed; and the one that attackers try first. */
const foreignPorts = [22, 9999];

const names: Record<string, string> = {
  nlb: "the NLB",
  alb: "the ALB",
  task: "tasks",
  instance: "instances",
  "data-load": "the data load",
  job: "jobs",
  worker: "workers",
  service: "further services",
  "sync-lambda": "the sync Lambda",
  database: "the database",
  "file-system": "the file system",
  "aws-endpoint": "endpoints of AWS services",
};

/** What the provider's VPC holds. */
const servers = Object.keys(names) as Role[];

/** Ports on which anything in the provider's VPC listens, and some on which nothing does. */
function portsOfInterest(scope: Scope): number[] {
  const listening = byRole(scope, ...servers).flatMap(({ listens }) => listens);
  return [...new Set([...listening, ...foreignPorts])];
}

/** One interface for each role and set of security groups: inside a VPC nothing else tells them apart. */
function distinct(interfaces: readonly NetworkInterface[]): NetworkInterface[] {
  return [...new Map(interfaces.map((one) => [`${one.role} ${one.securityGroups.join()}`, one])).values()];
}

const inProvider = (scope: Scope) => distinct(byRole(scope, ...servers));

function internet(scope: Scope): Expectation {
  const targets = byRole(scope, ...servers, "consumer-endpoint", "client");
  const flows = targets.flatMap((to) =>
    [...to.listens, ...foreignPorts].map((port) => direct({ kind: "internet" }, to, port)),
  );
  return mustNot("internet", "nothing comes in from the internet", flows);
}

/** An address that is neither the VPC's nor in one of these blocks. */
function outsideOf(blocks: readonly string[]): string | undefined {
  const candidates = ["192.0.2.77", "198.18.0.77", "192.168.255.77", "172.31.255.77", "10.255.255.77"];
  return candidates.find((candidate) => !blocks.some((block) => !block.includes(":") && contains(block, candidate)));
}

/** Blocks of the VPC that the load balancers are in. */
function ownBlocks(scope: Scope): string[] {
  const [home] = byRole(scope, "alb", "nlb");
  const vpc = scope.network.vpcs.get(scope.network.subnets.get(home?.subnet ?? "")?.vpc ?? "");
  return vpc ? [...blocksOf(vpc)] : [];
}

const outsider = (block: string): ConnectedNetwork => ({ kind: "connected network", label: "an outsider", block });

function connectedNetworks(scope: Scope): Expectation {
  const { environment } = scope;
  const enforced = environment.privatelink.enforceInboundRulesOnPrivateLinkTraffic === "on";
  const block = outsideOf([...ownBlocks(scope), ...(enforced ? clientRanges(environment.privatelink) : [])]);
  const flows = block
    ? pairs(inProvider(scope), portsOfInterest(scope)).map(([to, port]) => direct(outsider(block), to, port))
    : [];
  return mustNot("connected-networks", "nothing comes in from networks that get connected with the VPC", flows);
}

/** Consumers get to the NLB by PrivateLink and to nothing else, not even if the VPCs were peered. */
function consumersDirectly(scope: Scope): Expectation {
  const targets = inProvider(scope).filter(({ role }) => role !== "aws-endpoint" && role !== "nlb");
  const clients = byRole(scope, "client");
  const peered = [...scope.network.consumerEndpoints.values()].flatMap(({ vpc }) => {
    const block = scope.network.vpcs.get(vpc)?.block;
    const usable = block !== undefined && !ownBlocks(scope).some((own) => overlaps(block, own));
    return usable ? [{ kind: "connected network", label: "a peered consumer", block } as const] : [];
  });
  const flows = pairs([...clients, ...peered], targets).flatMap(([from, to]) =>
    [...to.listens, ...foreignPorts].map((port) => direct(from, to, port)),
  );
  return mustNot("consumer-directly", "consumers reach nothing but the NLB, peered or not", flows);
}

function outsideConsumerBlocks(scope: Scope): Expectation[] {
  const { enforceInboundRulesOnPrivateLinkTraffic: enforce } = scope.environment.privatelink;
  const consumerCidrs = clientRanges(scope.environment.privatelink);
  if (enforce === "off") return [];
  const ports = serviceListeners(scope.environment).map(({ port }) => port);
  const [service] = scope.network.endpointServices.keys();
  const through = (client: ConnectedNetwork, node: NetworkInterface, port: number): Flow => ({
    kind: "PrivateLink",
    client,
    service,
    node,
    port,
  });
  const block = outsideOf(consumerCidrs);
  const nodes = byRole(scope, "nlb");
  const dualStack = scope.environment.network.ipAddressType === "dualstack";
  const outside = [...(block ? [block] : []), ...(dualStack ? [stranger6] : [])].map(outsider);
  const strangers = pairs(pairs(outside, nodes), ports).map(([[client, node], port]) => through(client, node, port));
  const known = consumerCidrs.map(outsider);
  const others = pairs(pairs(known, nodes), foreignPorts).map(([[client, node], port]) => through(client, node, port));
  return [
    mustNot("outside-consumer-cidrs", "clients outside consumerCidrs do not reach the NLB", strangers),
    mustNot("other-service-ports", "consumers reach no other port of the NLB", others),
  ];
}

function consumerOutsiders(scope: Scope): Expectation[] {
  return scope.consumers.map(({ clients, name }) => {
    const endpoint = scope.network.consumerEndpoints.get(stackId("consumer-endpoint", { name }));
    const vpc = endpoint && scope.network.vpcs.get(endpoint.vpc);
    const block = outsideOf([...clients.cidrs, ...(vpc ? [vpc.block] : [])]);
    const interfaces = endpoint?.interfaces ?? [];
    const ports = serviceListeners(scope.environment).map(({ port }) => port);
    const own = byRole(scope, "client").filter(({ origin }) => origin.stack === endpoint?.origin.stack);
    const flows = [
      ...(block ? pairs(interfaces, ports).map(([to, port]) => direct(outsider(block), to, port)) : []),
      ...pairs(pairs(own, interfaces), foreignPorts).map(([[from, to], port]) => direct(from, to, port)),
    ];
    return mustNot(
      `consumer-${name}-outsiders`,
      `only clients of consumer ${name} use its endpoint, on its ports`,
      flows,
    );
  });
}

/** Who may connect to whom inside the VPC, beside those that use a part of the environment. */
const clientsOf: Partial<Record<Role, readonly Role[]>> = { alb: ["nlb"], task: ["alb"], service: ["alb"] };

/** Whether an interface may open connections to a server of the pattern. */
const isClient = (scope: Scope, from: NetworkInterface, { role }: NetworkInterface): boolean =>
  role === "database" || role === "file-system"
    ? usedBy(scope, from).includes(partOf[role])
    : (clientsOf[role]?.includes(from.role) ?? false);

/** By membership of security groups; ports are those the server listens on. Endpoints of AWS services are there for private subnets. */
function mayConnect(scope: Scope, from: NetworkInterface, server: NetworkInterface, port: number): boolean {
  if (!server.listens.includes(port)) return false;
  if (server.role === "aws-endpoint") return byRole(scope, "task").some(({ subnet }) => subnet === from.subnet);
  if (server.role === "nlb") {
    const { enforceInboundRulesOnPrivateLinkTraffic: enforce } = scope.environment.privatelink;
    const consumerCidrs = clientRanges(scope.environment.privatelink);
    return enforce === "on" && consumerCidrs.some((cidr) => !cidr.includes(":") && contains(cidr, from.address));
  }
  const clients = byRole(scope, ...servers).filter((each) => isClient(scope, each, server));
  return clients.some(({ securityGroups }) => securityGroups.some((group) => from.securityGroups.includes(group)));
}

/** What exists (endpoints that a VPC provides, a database) is for whoever its owner lets in. */
const createdBy = (scope: Scope, ...roles: Role[]) =>
  byRole(scope, ...roles).filter(({ origin }) => !isExistingVpcStack(origin.stack));

function onlyItsClients(scope: Scope, role: Role): Expectation {
  const probes = [...scope.probes.strangers, ...scope.probes.members.values()];
  const own = distinct(createdBy(scope, role));
  const flows = pairs(pairs(probes, own), portsOfInterest(scope)).flatMap(([[from, to], port]) =>
    mayConnect(scope, from, to, port) ? [] : [direct(from, to, port)],
  );
  const clients = servers.filter((client) =>
    byRole(scope, client).some((from) => own.some((server) => isClient(scope, from, server))),
  );
  const named = clients.map((client) => names[client]).join(" and ") || undefined;
  const who = role === "aws-endpoint" ? "private subnets" : role === "nlb" ? "consumers" : named;
  const title = who ? `nothing but ${who} reaches ${names[role]}` : `nothing reaches ${names[role]}`;
  return mustNot(`only-clients-of-${role}`, title, flows);
}

/** The other way round: what a part of the pattern may open connections to. */
function onlyItsServers(scope: Scope, role: Role): Expectation {
  const { strangers, members } = scope.probes;
  const probes = [...strangers, ...members.values()];
  const own = distinct(createdBy(scope, role));
  const flows = pairs(pairs(own, probes), portsOfInterest(scope)).flatMap(([[from, to], port]): Flow[] =>
    mayOpen(scope, from, to, port) ? [] : [direct(from, to, port)],
  );
  const internetPorts = [80, ...foreignPorts, ...(opensHttpsAnywhere(scope, role) ? [] : [443])];
  const outside = pairs(createdBy(scope, role), internetPorts).map(
    ([from, port]): Flow => ({ kind: "direct", from, to: { kind: "internet" }, port }),
  );
  const s3 = pairs(own, [80]).map(([from, port]): Flow => ({ kind: "direct", from, to: ownBucket, port }));
  const what = names[role] ?? role;
  return mustNot(`only-servers-of-${role}`, `${what}: no connection to anything but what the pattern needs`, [
    ...flows,
    ...outside,
    ...s3,
  ]);
}

const ownBucket = {
  ...strangersBucket,
  call: { action: "s3:GetObject", resource: "arn:aws:s3:::own/file", ownAccount: true },
};

const callers: readonly Role[] = ["task", "instance", "data-load", "job", "worker", "service"];

/** Without NAT only the Lambda has a rule for any address: it cannot tell endpoints from other hosts. */
const opensHttpsAnywhere = ({ environment }: Scope, role: Role): boolean =>
  role === "sync-lambda" || (callers.includes(role) && hasNat(environment));

function mayOpen(scope: Scope, from: NetworkInterface, to: NetworkInterface, port: number): boolean {
  if (port === 443 && opensHttpsAnywhere(scope, from.role)) return true;
  const allowed = byRole(scope, ...servers).filter(
    (server) => isClient(scope, from, server) || (server.role === "aws-endpoint" && callers.includes(from.role)),
  );
  return allowed.some(
    ({ listens, securityGroups }) =>
      securityGroups.some((key) => to.securityGroups.includes(key)) && listens.includes(port),
  );
}

function otherDatabasePorts(scope: Scope): Expectation {
  const flows = pairs(byRole(scope, "task"), byRole(scope, "database")).flatMap(([from, to]) =>
    portsOfInterest(scope).flatMap((port) => (to.listens.includes(port) ? [] : [direct(from, to, port)])),
  );
  return mustNot("task-database-other-ports", "tasks reach no other port of the database", flows);
}

function lambdaToDatabase(scope: Scope): Expectation {
  const flows = pairs(byRole(scope, "sync-lambda"), byRole(scope, "database", "file-system")).flatMap(([from, to]) =>
    to.listens.map((port) => direct(from, to, port)),
  );
  return mustNot("lambda-database", "the sync Lambda reaches neither database nor file system", flows);
}

/** Strangers in subnets whose role the rest of the pattern shows: those of the database, and those of NAT gateways. */
const strangersIn = ({ probes }: Scope, subnets: ReadonlySet<string>) =>
  probes.strangers.filter(({ subnet }) => subnets.has(subnet));

/** Subnets of database and file system that hold nothing else: an existing VPC may have one kind for both. */
function isolatedSubnets(scope: Scope): ReadonlySet<string> {
  const others = new Set(byRole(scope, "alb", "nlb", "task").map(({ subnet }) => subnet));
  return new Set(
    byRole(scope, "database", "file-system").flatMap(({ subnet }) => (others.has(subnet) ? [] : [subnet])),
  );
}

function publicToIsolated(scope: Scope): Expectation {
  const privateSubnets = new Set(byRole(scope, "alb", "nlb", "task").map(({ subnet }) => subnet));
  const isolated = isolatedSubnets(scope);
  const open = scope.probes.strangers.filter(({ subnet }) => !privateSubnets.has(subnet) && !isolated.has(subnet));
  const flows = pairs(open, createdBy(scope, "database", "file-system")).flatMap(([from, to]) =>
    [...to.listens, ...foreignPorts].map((port) => direct(from, to, port)),
  );
  return mustNot("public-isolated", "nothing in public subnets reaches isolated ones", flows);
}

function isolatedToInternet(scope: Scope): Expectation {
  const flows = pairs(strangersIn(scope, isolatedSubnets(scope)), [80, 443]).map(
    ([from, port]): Flow => ({ kind: "direct", from, to: { kind: "internet" }, port, mainRouteTable: "anything" }),
  );
  const title = "nothing leads out of isolated subnets, whatever security groups and the main route table say";
  return mustNot("isolated-internet", title, flows);
}

/** An address that no environment names (RFC 3849). */
const stranger6 = "2001:db8:ffff:ffff::77";

/** The same as of IPv4: in a dual-stack VPC every private subnet has addresses of the internet. */
function overIpv6(scope: Scope): Expectation[] {
  const { environment } = scope;
  if (environment.network.ipAddressType !== "dualstack") return [];
  const reached = pairs(inProvider(scope), portsOfInterest(scope));
  const leaving = (from: readonly NetworkInterface[], ports: readonly number[]) =>
    pairs(from, ports).map(
      ([one, port]): Flow => ({ kind: "direct", from: one, to: { kind: "internet", ipv6: true }, port }),
    );
  const isolated = environment.network.existing ? [] : strangersIn(scope, isolatedSubnets(scope));
  const others = byRole(scope, "nlb", "alb", "database", "file-system", "aws-endpoint");
  const callersPorts = hasNat(environment) ? foreignPorts : [443, ...foreignPorts];
  return [
    mustNot(
      "ipv6-internet",
      "nothing comes in from the internet over IPv6",
      reached.map(([to, port]) => direct({ kind: "internet", ipv6: true }, to, port)),
    ),
    mustNot(
      "ipv6-connected-networks",
      "nothing comes in over IPv6 from networks that get connected with the VPC",
      reached.map(([to, port]) => direct(outsider(stranger6), to, port)),
    ),
    mustNot("ipv6-isolated-internet", "nothing leads out of isolated subnets over IPv6", leaving(isolated, [80, 443])),
    mustNot("ipv6-out", "over IPv6, only HTTPS of those that need AWS leaves the VPC", [
      ...leaving(byRole(scope, ...callers), callersPorts),
      ...leaving(others, [443, ...foreignPorts]),
    ]),
  ];
}

function toStrangersBucket(scope: Scope): Expectation {
  const flows = byRole(scope, ...callers).map(
    (from): Flow => ({ kind: "direct", from, to: strangersBucket, port: 443 }),
  );
  return mustNot("strangers-bucket", "no upload to a stranger's bucket with a stranger's credentials", flows);
}
