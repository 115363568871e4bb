import type { Origin } from "./stacks";

export interface Vpc {
  readonly key: string;
  readonly origin: Origin;
  /** Its first IPv4 block. */
  readonly block: string;
  /** Further IPv4 blocks. */
  readonly secondaryBlocks: readonly string[];
  /** Whether private DNS names of endpoints resolve: DNS support and DNS hostnames. */
  readonly resolvesPrivateNames: boolean;
}

export interface Subnet {
  readonly key: string;
  readonly origin: Origin;
  readonly vpc: string;
  readonly block: string;
  /** Availability Zone: its ID, or a text that stands for the zone that AWS will name. */
  readonly zone: string;
  /** Whether its interfaces have IPv6 addresses; of a subnet that exists, the stacks do not tell. */
  readonly ipv6: boolean | "unknown";
  /** Key of its route table; none where it is left to the VPC's main route table. */
  readonly routeTable?: string;
  /** Key of its network ACL; none where it is left to the VPC's default one. */
  readonly networkAcl?: string;
}

export type RouteTarget =
  | { readonly kind: "nat-gateway" | "gateway-endpoint"; readonly key: string }
  | { readonly kind: "egress-only-internet-gateway" | "internet-gateway" }
  | { readonly kind: "other"; readonly what: string };

export interface Route {
  readonly origin: Origin;
  /** Block of either family, or the gateway endpoint whose prefix list it is for. */
  readonly destination: { readonly block: string } | { readonly prefixList: string };
  readonly target: RouteTarget;
}

export interface RouteTable {
  readonly origin: Origin;
  readonly routes: readonly Route[];
}

export interface NatGateway {
  readonly origin: Origin;
  readonly subnet: string;
  /** Whether it has a public address. */
  readonly public: boolean;
}

/** A rule of a security group, as far as it is about TCP. */
export interface SecurityGroupRule {
  readonly origin: Origin;
  readonly group: string;
  readonly direction: "ingress" | "egress";
  readonly ports: PortRange;
  readonly peer:
    | { readonly block: string }
    | { readonly group: string }
    | { readonly prefixList: string }
    | { readonly unknown: string };
}

export interface PortRange {
  readonly from: number;
  readonly to: number;
}

export interface SecurityGroup {
  readonly key: string;
  readonly origin: Origin;
  readonly name: string;
  readonly vpc: string;
  readonly ingress: readonly SecurityGroupRule[];
  readonly egress: readonly SecurityGroupRule[];
  /** Why there may be more rules than these. */
  readonly unknown?: string;
}

/** An entry of a network ACL, as far as it is about TCP. */
export interface NetworkAclEntry {
  readonly origin: Origin;
  readonly direction: "ingress" | "egress";
  readonly number: number;
  readonly allow: boolean;
  readonly block: string;
  readonly ports: PortRange;
}

export interface NetworkAcl {
  readonly origin: Origin;
  readonly entries: readonly NetworkAclEntry[];
}

/** What a network interface serves. */
export type Role =
  | "nlb"
  | "alb"
  | "task"
  | "instance"
  | "data-load"
  | "job"
  | "worker"
  | "service"
  | "sync-lambda"
  | "database"
  | "file-system"
  | "aws-endpoint"
  | "consumer-endpoint"
  | "client"
  | "probe";

/** An elastic network interface: where packets come from and arrive, and where security groups apply. */
export interface NetworkInterface {
  /** Unique in the model. */
  readonly id: string;
  readonly role: Role;
  /** Name of the workload that it is a task of, as the file has it. */
  readonly workload?: string;
  readonly label: string;
  readonly origin: Origin;
  readonly subnet: string;
  readonly address: string;
  /** Keys of its security groups. */
  readonly securityGroups: readonly string[];
  /** Its own security group is not in the stacks, and taken to allow everything: probes, and clients of a consumer. */
  readonly unguarded?: boolean;
  readonly public: boolean;
  readonly listens: readonly number[];
  /** Key of the target group that it is registered in, where that is not the one that all requests go to. */
  readonly targetGroup?: string;
  /** An instance whose container agent asks Amazon EC2 for its tags before it registers. */
  readonly copiesTags?: true;
}

/** Stands in a policy's conditions for the id of the account that the policy belongs to. */
export const OWN_ACCOUNT = "<own account>";

/** Statements of a policy, as far as endpoint policies need them. */
export interface PolicyStatement {
  readonly effect: "Allow" | "Deny";
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly conditions: readonly {
    readonly test: string;
    readonly variable: string;
    readonly values: readonly string[];
  }[];
}

/** Endpoint of an AWS service. */
export interface ServiceEndpoint {
  readonly key: string;
  readonly origin: Origin;
  readonly kind: "Gateway" | "Interface";
  readonly vpc: string;
  /** Last part of the service name, e.g. `ecr.api`. */
  readonly service: string;
  readonly privateDns: boolean;
  /** None: AWS's default policy, which allows everything. */
  readonly policy?: readonly PolicyStatement[];
  /** Interfaces of an interface endpoint. */
  readonly interfaces: readonly NetworkInterface[];
}

export interface TargetGroup {
  readonly origin: Origin;
  readonly port: number;
  readonly targetType: string;
  /** Keys of load balancers that are attached as targets. */
  readonly attached: readonly string[];
  /** Of the connection to a target: HTTP or HTTPS, of an NLB TCP or TLS. */
  readonly protocol: string;
  /** Of requests to a target of an ALB: HTTP1, HTTP2 or GRPC. */
  readonly protocolVersion: string;
  readonly healthCheck: { readonly port: number; readonly protocol: string; readonly path: string };
}

/** Sends the requests that meet all its conditions elsewhere; of a condition, one value has to fit. */
export interface ListenerRule {
  readonly origin: Origin;
  /** The lowest comes first. */
  readonly priority: number;
  /** Patterns of a path-pattern condition; none: any path. */
  readonly paths: readonly string[];
  /** Patterns of a host-header condition; none: any host. */
  readonly hosts: readonly string[];
  /** Kinds of its further conditions, which are not modelled. */
  readonly otherConditions: readonly string[];
  /** Kind of its action, e.g. forward. */
  readonly action: string;
  /** Key of the target group that it forwards to. */
  readonly targetGroup?: string;
}

export interface Listener {
  readonly origin: Origin;
  readonly port: number;
  readonly protocol: string;
  /** Key of the target group that it forwards to. */
  readonly targetGroup?: string;
  /** In the order in which they are tried, before all else goes to its own target group. */
  readonly rules: readonly ListenerRule[];
}

export interface LoadBalancer {
  readonly key: string;
  readonly origin: Origin;
  readonly type: "application" | "network";
  readonly internal: boolean;
  /** Whether the NLB's security group checks PrivateLink traffic; AWS's default is that it does. */
  readonly enforcesOnPrivateLink: boolean;
  readonly listeners: readonly Listener[];
  /** One node per subnet. */
  readonly nodes: readonly NetworkInterface[];
}

export interface EndpointService {
  readonly key: string;
  readonly origin: Origin;
  readonly loadBalancers: readonly string[];
}

/** A consumer's endpoint of an endpoint service. */
export interface ConsumerEndpoint {
  readonly origin: Origin;
  readonly vpc: string;
  /** Key of the service where its stack is here; else why the provider's side is not known. */
  readonly service: { readonly key: string } | { readonly unknown: string };
  /** Whether the zones of service and endpoint have to match: within a Region. */
  readonly zonesMatter: boolean;
  readonly securityGroups: readonly string[];
  readonly interfaces: readonly NetworkInterface[];
  /** Why VPC and subnets are not known. */
  readonly unknown?: string;
}

/** The network that a set of stacks makes. All keys are `<stack>/<address>`. */
export interface Network {
  readonly vpcs: ReadonlyMap<string, Vpc>;
  readonly subnets: ReadonlyMap<string, Subnet>;
  readonly routeTables: ReadonlyMap<string, RouteTable>;
  readonly networkAcls: ReadonlyMap<string, NetworkAcl>;
  readonly natGateways: ReadonlyMap<string, NatGateway>;
  /** Keys of VPCs with an internet gateway. */
  readonly withInternetGateway: ReadonlySet<string>;
  readonly securityGroups: ReadonlyMap<string, SecurityGroup>;
  readonly serviceEndpoints: readonly ServiceEndpoint[];
  readonly loadBalancers: ReadonlyMap<string, LoadBalancer>;
  readonly targetGroups: ReadonlyMap<string, TargetGroup>;
  readonly endpointServices: ReadonlyMap<string, EndpointService>;
  /** By stack id. */
  readonly consumerEndpoints: ReadonlyMap<string, ConsumerEndpoint>;
  readonly interfaces: readonly NetworkInterface[];
  /** Lambda functions that run outside every VPC. */
  readonly functionsOutside: readonly Origin[];
}
