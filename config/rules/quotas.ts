import { interfaceEndpoints, natGatewayCount, serviceListeners } from "../derive";
import type { Configuration, Consumer, Environment } from "../schema";
import { clientRanges, functionConsumers } from "../service-consumers";
import { services, workloads } from "../workloads";
import type { ConfigurationRule, ConsumerRule, EnvironmentRule, Finding } from "./rule";

/** How many AWS allows unless an account has asked for more. */
interface Quota<Owner> {
  /** What is counted; completes "at most 60 …". */
  readonly what: string;
  readonly limit: number;
  /** AWS raises it for no account. */
  readonly isFixed?: true;
  readonly count: (owner: Owner) => number;
  /** How the count comes about. */
  readonly because: (owner: Owner) => string;
  readonly path: readonly string[];
  readonly fix: string;
  readonly source: string;
}

const vpcQuotas = 'Amazon VPC User Guide, "Amazon VPC quotas"';
const privateLinkQuotas = 'AWS PrivateLink Guide, "AWS PrivateLink quotas"';

const ofFamily = (cidrs: readonly string[]) => {
  const six = cidrs.filter((cidr) => cidr.includes(":")).length;
  return Math.max(six, cidrs.length - six);
};

/** As how many targets an ALB counts that is one. */
const targetsOfAnAlb = ({ privatelink }: Environment) => (privatelink.crossZoneLoadBalancing ? 100 : 50);

/** Those who connect to a part of the environment, each by a rule of its own: the application, the data load, workloads. */
const clientsOfPart = (environment: Environment, part: "database" | "fileSystem") =>
  environment.data[part].use === "none"
    ? 0
    : (part === "database" ? 2 : 1) +
      workloads(environment).filter(({ options }) => options.uses.includes(part)).length;

/** Source of quotas of an ALB. */
export const albQuotas = 'User Guide for Application Load Balancers, "Quotas for your Application Load Balancers"';

const environmentQuotas: readonly Quota<Environment>[] = [
  {
    what: "inbound rules of an address family in a security group",
    limit: 60,
    count: (environment) =>
      environment.privatelink.enforceInboundRulesOnPrivateLinkTraffic === "on"
        ? ofFamily(clientRanges(environment.privatelink)) * serviceListeners(environment).length
        : 0,
    because: (environment) =>
      `${ofFamily(clientRanges(environment.privatelink))} ranges on ${serviceListeners(environment).length} ports`,
    path: ["privatelink", "consumerCidrs"],
    fix: "join ranges into larger ones, use fewer listeners",
    source: vpcQuotas,
  },
  {
    what: "targets of an NLB, of which an ALB counts 50, or 100 with crossZoneLoadBalancing",
    limit: 500,
    count: (environment) =>
      environment.privatelink.albTargetMode === "alb-target"
        ? serviceListeners(environment).length * targetsOfAnAlb(environment)
        : 0,
    because: (environment) => `the ALB as target of ${serviceListeners(environment).length} listeners`,
    path: ["privatelink", "listeners"],
    fix: "keep 10 listeners, or 5 with crossZoneLoadBalancing, choose albTargetMode ip-sync",
    source: 'User Guide for Network Load Balancers, "Quotas for your Network Load Balancers"',
  },
  {
    what: "listeners of an ALB that verify client certificates",
    limit: 2,
    count: ({ compute: { loadBalancer } }) =>
      loadBalancer.mutualTls?.mode === "verify" ? loadBalancer.listeners.length : 0,
    because: ({ compute }) => `${compute.loadBalancer.listeners.length} listeners with mutual TLS`,
    path: ["compute", "loadBalancer", "listeners"],
    fix: "keep two listeners",
    source: albQuotas,
  },
  {
    what: "rules of an ALB beside the default ones",
    limit: 100,
    count: (environment) =>
      services(environment).reduce(
        (sum, { options }) => sum + (options.expose.listenerPorts ?? environment.compute.loadBalancer.listeners).length,
        0,
      ),
    because: (environment) =>
      `${services(environment).length} services on ${environment.compute.loadBalancer.listeners.length} listeners`,
    path: ["services"],
    fix: "name listenerPorts",
    source: albQuotas,
  },
  {
    what: "target groups of an ALB",
    limit: 100,
    isFixed: true,
    count: (environment) => services(environment).length + 1,
    because: (environment) => `${services(environment).length} services and the application`,
    path: ["services"],
    fix: "serve some by one service, move some into an environment of their own",
    source: albQuotas,
  },
  {
    what: "outbound rules in a security group",
    limit: 60,
    count: (environment) => services(environment).length + 1,
    because: (environment) => `the ALB's rules to ${services(environment).length} services and the application`,
    path: ["services"],
    fix: "serve some by one service",
    source: vpcQuotas,
  },
  ...(["database", "fileSystem"] as const).map(
    (part): Quota<Environment> => ({
      what: "inbound rules in a security group",
      limit: 60,
      count: (environment) => clientsOfPart(environment, part),
      because: (environment) => `${clientsOfPart(environment, part)} clients of data.${part}`,
      path: ["data", part],
      fix: `remove ${part} from uses of workloads that do not need it`,
      source: vpcQuotas,
    }),
  ),
  {
    what: "interface endpoints in a VPC",
    limit: 50,
    count: (environment) => interfaceEndpoints(environment).length,
    because: (environment) => `${interfaceEndpoints(environment).length} services`,
    path: ["network", "additionalInterfaceEndpoints"],
    fix: "remove those that nothing uses",
    source: privateLinkQuotas,
  },
];

const consumerQuotas: readonly Quota<Consumer>[] = [
  {
    what: "inbound rules in a security group",
    limit: 60,
    count: (consumer) => clientsOf(consumer) * portsOf(consumer),
    because: (consumer) => `${clientsOf(consumer)} clients on ${portsOf(consumer)} ports`,
    path: ["clients"],
    fix: "join ranges into larger ones, name fewer ports",
    source: vpcQuotas,
  },
  {
    what: "VPCs of a private hosted zone",
    limit: 300,
    count: ({ dns }) => (dns.mode === "private-hosted-zone" ? dns.additionalVpcIds.length + 1 : 0),
    because: ({ dns }) => `${dns.additionalVpcIds.length} in addition to the consumer's own VPC`,
    path: ["dns", "additionalVpcIds"],
    fix: "name fewer VPCs",
    source: 'Amazon Route 53 Developer Guide, "Quotas"',
  },
];

/** Rules of IPv4 and of IPv6 count apart; one that names a group or a list counts as both, a list as at least one. */
const clientsOf = ({ clients, vpc }: Consumer) => {
  const ranges = [...new Set([...clients.cidrs, ...(vpc.cidr ? [vpc.cidr] : [])])];
  const ofIpv6 = ranges.filter((cidr) => cidr.includes(":")).length;
  const named = clients.securityGroupIds.length + clients.prefixListIds.length;
  return Math.max(ofIpv6, ranges.length - ofIpv6) + named;
};
const portsOf = ({ service }: Consumer) => service.ports?.length ?? 1;

const wayOut = "or, where AWS has raised the quota, say so in acknowledge.raisedQuota";

const exceeded = <Owner extends Environment | Consumer>(quotas: readonly Quota<Owner>[], owner: Owner): Finding[] =>
  quotas.flatMap(({ because, count, fix, isFixed, limit, path, source, what }) =>
    count(owner) <= limit || (owner.acknowledge.raisedQuota && !isFixed)
      ? []
      : {
          path,
          given: `${because(owner)}, which makes ${count(owner)}`,
          allowed: `at most ${limit} ${what}, AWS's ${isFixed ? "quota, which it does not raise" : "default quota"}`,
          fix: isFixed ? fix : `${fix}, ${wayOut}`,
          source,
        },
  );

/** A quota that a product of options exceeds is met in the middle of an apply. */
export const environmentStaysInQuotas: EnvironmentRule = (environment) => exceeded(environmentQuotas, environment);

/** A quota that a product of options exceeds is met in the middle of an apply. */
export const consumerStaysInQuotas: ConsumerRule = (consumer) => exceeded(consumerQuotas, consumer);

/** What all files together take of an account's quota in a Region. */
interface SharedQuota {
  readonly what: string;
  readonly limit: number;
  readonly count: (owner: Environment | Consumer) => number;
  readonly path: (owner: Environment | Consumer) => readonly string[];
  readonly fix: string;
  readonly source: string;
}

const sharedQuotas: readonly SharedQuota[] = [
  {
    what: "Elastic IP addresses",
    limit: 5,
    count: (owner) => ("project" in owner ? natGatewayCount(owner) : 0),
    path: () => ["network", "natGateways"],
    fix: "write none or single",
    source: vpcQuotas,
  },
  {
    what: "VPCs",
    limit: 5,
    count: (owner) => (("project" in owner ? owner.network : owner.vpc).cidr ? 1 : 0),
    path: (owner) => ("project" in owner ? ["network", "cidr"] : ["vpc", "cidr"]),
    fix: "use a VPC that exists, or another account or Region",
    source: vpcQuotas,
  },
];

const ownersIn = ({ consumers, environments }: Configuration) => [...environments, ...consumers];

/** What the files of one account and Region take together; only files that name their account are counted. */
export const filesStayInQuotas: ConfigurationRule = (configuration) =>
  sharedQuotas.flatMap(({ count, fix, limit, path, source, what }) => {
    const taken = new Map<string, { total: number; names: string[] }>();
    return ownersIn(configuration).flatMap((owner) => {
      const needed = count(owner);
      if (needed === 0 || !owner.accountId) return [];
      const place = `${owner.accountId} ${owner.region}`;
      const { names, total } = taken.get(place) ?? { names: [], total: 0 };
      taken.set(place, { total: total + needed, names: [...names, owner.name] });
      if (total + needed <= limit || owner.acknowledge.raisedQuota) return [];
      return [
        {
          owner,
          path: path(owner),
          given: `${needed} more, in addition to ${total} of ${names.join(", ")}`,
          allowed: `at most ${limit} ${what} in account ${owner.accountId} and ${owner.region}, AWS's default quota`,
          fix: `${fix}, ${wayOut}`,
          source,
        },
      ];
    });
  });

/** Bytes of one mapping at most: its JSON with the ARN of a target group whose Region and name are as long as they get. */
const mappingBytes = 185;
/** Bytes of all other variables of the function, names included. */
const otherBytes = 700;
const environmentBytes = 4096;
const mostListeners = Math.floor((environmentBytes - otherBytes) / mappingBytes);

/** The sync function knows its target groups from its environment variables, and AWS does not raise their size. */
export const syncFunctionKnowsItsListeners: EnvironmentRule = (environment) =>
  environment.privatelink.albTargetMode === "ip-sync" && serviceListeners(environment).length > mostListeners
    ? [
        {
          path: ["privatelink", "listeners"],
          given: `${serviceListeners(environment).length} listeners`,
          allowed: `with albTargetMode ip-sync: at most ${mostListeners}, as many as the function's environment variables hold (4 KB)`,
          fix: `keep ${mostListeners}, or share the others by an environment of their own`,
          source: 'AWS Lambda Developer Guide, "Lambda quotas"',
        },
      ]
    : [];

/** Bytes that the consumers may take; the rest is for the other variables, names included. */
const consumersBytes = 3400;

/** The consumer connections function knows its consumers from an environment variable, and AWS does not raise the size. */
export const connectionsFunctionKnowsItsConsumers: EnvironmentRule = ({ privatelink }) => {
  const bytes = Buffer.byteLength(JSON.stringify(functionConsumers(privatelink)));
  if (bytes <= consumersBytes) return [];
  return [
    {
      path: ["privatelink", "consumers"],
      given: `consumers of ${bytes} bytes: names, accounts, accept and until`,
      allowed: `at most ${consumersBytes} bytes, as many as the function's environment variables hold (4 KB)`,
      fix: "shorten names, or give some consumers allowedPrincipals instead of an entry",
      source: 'AWS Lambda Developer Guide, "Lambda quotas"',
    },
  ];
};
