import { DataAwsCallerIdentity } from "@cdktf/provider-aws/lib/data-aws-caller-identity";
import { DataAwsNetworkInterfaces } from "@cdktf/provider-aws/lib/data-aws-network-interfaces";
import { DataAwsRouteTable } from "@cdktf/provider-aws/lib/data-aws-route-table";
import { DataAwsRouteTables } from "@cdktf/provider-aws/lib/data-aws-route-tables";
import { DataAwsSubnet } from "@cdktf/provider-aws/lib/data-aws-subnet";
import { DataAwsVpc } from "@cdktf/provider-aws/lib/data-aws-vpc";
import { DataAwsVpcEndpoint } from "@cdktf/provider-aws/lib/data-aws-vpc-endpoint";
import { Fn, type Postcondition, type TerraformDataSource, Token } from "cdktf";
import { Construct } from "constructs";
import { gatewayEndpoints, hasInstances, providedInterfaceEndpoints, resourcePrefix } from "../../config/derive";
import { neededAddresses } from "../../config/rules/network";
import type { Environment } from "../../config/schema";
import { type AddedToVpc, addToVpc } from "./added-to-vpc";
import type { AwsAccess, EnvironmentNetwork } from "./environment-network";

export interface ExistingNetworkProps {
  /** With `network.existing`. */
  readonly environment: Environment;
}

type Existing = NonNullable<Environment["network"]["existing"]>;
type Kind = "private" | "isolated";

/**
 * A VPC that another team runs. It is only looked up: its subnets, route tables, network ACLs and default security group
 * stay as they are. Terraform's plan stops where the VPC is not what the environment needs. What is created is the
 * environment's own: endpoints that the VPC lacks, and flow logs where they are wanted.
 */
export class ExistingNetwork extends Construct implements EnvironmentNetwork {
  readonly vpc: DataAwsVpc;
  readonly privateSubnets: readonly DataAwsSubnet[];
  /** The private subnets where no others are given. */
  readonly isolatedSubnets: readonly DataAwsSubnet[];
  readonly added: AddedToVpc;
  readonly vpcId: string;
  readonly privateSubnetIds: readonly string[];
  readonly privateSubnetCidrs: readonly string[];
  readonly isolatedSubnetIds: readonly string[];
  readonly availabilityZoneIds: readonly string[];
  readonly availabilityZones: readonly string[];
  readonly awsAccess: AwsAccess;

  private readonly prefix: string;
  private readonly environment: Environment;
  private readonly existing: Existing;

  constructor(scope: Construct, id: string, { environment }: ExistingNetworkProps) {
    super(scope, id);
    const { network } = environment;
    if (!network.existing) throw new Error("network.existing is missing");
    this.environment = environment;
    this.existing = network.existing;
    this.prefix = resourcePrefix(environment);

    this.vpc = this.lookUpVpc();
    this.vpcId = this.vpc.id;
    this.privateSubnets = this.lookUpSubnets("private", this.existing.privateSubnets);
    this.isolatedSubnets = this.existing.isolatedSubnets
      ? this.lookUpSubnets("isolated", this.existing.isolatedSubnets)
      : this.privateSubnets;
    this.privateSubnetIds = this.privateSubnets.map(({ id }) => id);
    this.privateSubnetCidrs = this.privateSubnets.map(({ cidrBlock }) => cidrBlock);
    this.isolatedSubnetIds = this.isolatedSubnets.map(({ id }) => id);
    this.availabilityZoneIds = this.privateSubnets.map((subnet) => subnet.availabilityZoneId);
    this.availabilityZones = this.privateSubnets.map((subnet) => subnet.availabilityZone);
    this.lookUpRoutes();

    this.added = addToVpc(this, environment, this.existing.routeTableIds);
    const provides = this.existing.provides.map((name) => [name, this.lookUp(name)] as const);
    const groups = provides.flatMap(([name, endpoint]) =>
      endpoint && providedInterfaceEndpoints(environment).includes(name) ? [endpoint.securityGroupIds] : [],
    );
    this.awsAccess = {
      s3PrefixListId:
        this.added.s3?.endpoint.prefixListId ?? String(provides.find(([name]) => name === "s3")?.[1]?.prefixListId),
      dynamodbPrefixListId:
        this.added.dynamodb?.endpoint.prefixListId ?? provides.find(([name]) => name === "dynamodb")?.[1]?.prefixListId,
      endpointSecurityGroupId: this.added.interfaces.securityGroup?.id,
      ...(groups.length > 0 && { providedEndpointSecurityGroupIds: Token.asList(Fn.flatten(groups)) }),
      nat: this.existing.provides.includes("nat"),
      // NAT alone is asked for, and leads to every AWS service over IPv4.
      ipv6: false,
    };
  }

  private lookUpVpc(): DataAwsVpc {
    const account = addressOf(new DataAwsCallerIdentity(this, "account", {}));
    return new DataAwsVpc(this, "vpc", {
      id: this.existing.vpcId,
      lifecycle: {
        postcondition: [
          {
            condition: "${self.enable_dns_support && self.enable_dns_hostnames}",
            errorMessage:
              "VPC ${self.id} does not resolve private names of endpoints: turn on its DNS support (${self.enable_dns_support}) and DNS hostnames (${self.enable_dns_hostnames}).",
          },
          {
            condition: `\${self.owner_id == ${account}.account_id}`,
            errorMessage: `VPC \${self.id} belongs to account \${self.owner_id}, not to \${${account}.account_id}: in a VPC that is shared with an account, the account can create no endpoints.`,
          },
          ...(hasInstances(this.environment.compute)
            ? [
                {
                  condition:
                    '${alltrue([for block in self.cidr_block_associations : !startswith(block.cidr_block, "172.17.")])}',
                  errorMessage:
                    "VPC ${self.id} has addresses of 172.17.0.0/16, which Docker uses on container instances: use compute.launchType FARGATE.",
                },
              ]
            : []),
        ],
      },
    });
  }

  private lookUpSubnets(kind: Kind, { ids, tags }: Existing["privateSubnets"]): DataAwsSubnet[] {
    const zones = this.environment.network.availabilityZoneIds ?? [];
    const places = ids
      ? ids.map((id) => ({ id }))
      : zones.map((availabilityZoneId) => ({ vpcId: this.vpcId, availabilityZoneId, tags: { ...tags } }));
    const subnets: DataAwsSubnet[] = [];
    for (const [index, place] of places.entries()) {
      subnets.push(
        new DataAwsSubnet(this, `${kind}-subnet-${index + 1}`, {
          ...place,
          lifecycle: { postcondition: this.placeConditions(kind, subnets) },
        }),
      );
    }
    return subnets;
  }

  /** Where a subnet has to be: in the VPC, in a zone of its own, and that zone one of those that are named. */
  private placeConditions(kind: Kind, before: readonly DataAwsSubnet[]): Postcondition[] {
    const zonesOf = (subnets: readonly DataAwsSubnet[]) =>
      `[${subnets.map((subnet) => `${addressOf(subnet)}.availability_zone_id`).join(", ")}]`;
    const named = this.environment.network.availabilityZoneIds;
    const allowed = kind === "isolated" ? zonesOf(this.privateSubnets) : named ? JSON.stringify(named) : undefined;
    const dualStack = kind === "private" && this.environment.network.ipAddressType === "dualstack";
    return [
      {
        condition: `\${self.vpc_id == ${addressOf(this.vpc)}.id}`,
        errorMessage: `Subnet \${self.id} is in VPC \${self.vpc_id}, not in \${${addressOf(this.vpc)}.id}: give a subnet of network.existing.vpcId.`,
      },
      ...(before.length > 0
        ? [
            {
              condition: `\${!contains(${zonesOf(before)}, self.availability_zone_id)}`,
              errorMessage: `Subnet \${self.id} is in zone \${self.availability_zone_id}, as another ${kind} subnet is: give one subnet in each zone.`,
            },
          ]
        : []),
      ...(allowed
        ? [
            {
              condition: `\${contains(${allowed}, self.availability_zone_id)}`,
              errorMessage: `Subnet \${self.id} is in zone \${self.availability_zone_id}, not in one of \${join(", ", ${allowed})}: give a subnet in each of these zones.`,
            },
          ]
        : []),
      ...(dualStack
        ? [
            {
              condition: '${self.ipv6_cidr_block != ""}',
              errorMessage: "Subnet ${self.id} has no IPv6 block: give it one, or set network.ipAddressType to ipv4.",
            },
          ]
        : []),
    ];
  }

  /** What has to hold of routes and free addresses of each private subnet, and of the way out of isolated ones. */
  private lookUpRoutes(): void {
    const main = new DataAwsRouteTable(this, "main-route-table", {
      vpcId: this.vpcId,
      filter: [{ name: "association.main", values: ["true"] }],
    });
    this.privateSubnets.forEach((subnet, index) => {
      this.lookUpFreeAddresses(subnet, index);
      this.lookUpRouteTable("private", subnet, index, main);
    });
    if (this.isolatedSubnets === this.privateSubnets) return;
    this.isolatedSubnets.forEach((subnet, index) => {
      this.lookUpRouteTable("isolated", subnet, index, main);
    });
  }

  /**
   * Free addresses for all that the environment may put there. Those that its own security groups hold already count as
   * free: a later plan needs no more than the first.
   */
  private lookUpFreeAddresses(subnet: DataAwsSubnet, index: number): void {
    const needed = neededAddresses(this.environment);
    const free = `${addressOf(subnet)}.available_ip_address_count + length(self.ids)`;
    new DataAwsNetworkInterfaces(this, `own-interfaces-${index + 1}`, {
      filter: [
        { name: "subnet-id", values: [subnet.id] },
        { name: "group-name", values: [`${this.prefix}-*`] },
      ],
      lifecycle: {
        postcondition: [
          {
            condition: `\${${free} >= ${needed}}`,
            errorMessage: `Subnet \${${addressOf(subnet)}.id} has \${${free}} addresses for load balancers, endpoints, instances and tasks, which need up to ${needed}: lower application.maximumTasks, or give a larger subnet.`,
          },
        ],
      },
    });
  }

  /** The route table of a subnet: its own, or the VPC's main one. */
  private lookUpRouteTable(kind: Kind, subnet: DataAwsSubnet, index: number, main: DataAwsRouteTable): void {
    const own = new DataAwsRouteTables(this, `${kind}-route-tables-${index + 1}`, {
      vpcId: this.vpcId,
      filter: [{ name: "association.subnet-id", values: [subnet.id] }],
    });
    new DataAwsRouteTable(this, `${kind}-route-table-${index + 1}`, {
      routeTableId: `\${coalescelist(${addressOf(own)}.ids, [${addressOf(main)}.id])[0]}`,
      lifecycle: { postcondition: this.routeConditions(kind, addressOf(subnet)) },
    });
  }

  private routeConditions(kind: Kind, subnet: string): Postcondition[] {
    const { provides, routeTableIds } = this.existing;
    const everywhere = 'route.cidr_block == "0.0.0.0/0"';
    const gatewayIds = gatewayEndpoints(this.environment);
    return [
      {
        condition: '${length([for route in self.routes : route if startswith(route.gateway_id, "igw-")]) == 0}',
        errorMessage: `Subnet \${${subnet}.id} has a route to an internet gateway (route table \${self.id}): give a ${kind} subnet.`,
      },
      ...(kind === "private" && provides.includes("nat")
        ? [
            {
              condition: `\${length([for route in self.routes : route if ${everywhere}]) > 0}`,
              errorMessage: `Subnet \${${subnet}.id} has no route to 0.0.0.0/0 (route table \${self.id}), though network.existing.provides names nat: add the route, or remove nat.`,
            },
          ]
        : []),
      ...(kind === "private" && gatewayIds.length > 0
        ? [
            {
              condition: `\${contains(${JSON.stringify(routeTableIds)}, self.id)}`,
              errorMessage: `Subnet \${${subnet}.id} has route table \${self.id}, which gets no gateway endpoint of ${gatewayIds.join(" and ")}: add it to network.existing.routeTableIds.`,
            },
          ]
        : []),
    ];
  }

  private lookUp(service: string): DataAwsVpcEndpoint | undefined {
    if (service === "nat") return undefined;
    return service === "s3" || service === "dynamodb" ? this.lookUpGateway(service) : this.lookUpInterface(service);
  }

  /** A gateway endpoint that the VPC has, which all private subnets must lead to. */
  private lookUpGateway(service: "s3" | "dynamodb"): DataAwsVpcEndpoint {
    const tables = this.privateSubnets.map((_, index) =>
      addressOf(this.node.findChild(`private-route-table-${index + 1}`) as DataAwsRouteTable),
    );
    const missing = `setsubtract([${tables.map((table) => `${table}.id`).join(", ")}], self.route_table_ids)`;
    return new DataAwsVpcEndpoint(this, `provided-${service}`, {
      vpcId: this.vpcId,
      serviceName: `com.amazonaws.${this.environment.region}.${service}`,
      filter: [{ name: "vpc-endpoint-type", values: ["Gateway"] }],
      lifecycle: {
        postcondition: [
          {
            condition: `\${length(${missing}) == 0}`,
            errorMessage: `The gateway endpoint \${self.id} of ${service} is not in route table \${join(", ", ${missing})} of the private subnets: add it there, or remove ${service} from network.existing.provides.`,
          },
        ],
      },
    });
  }

  /** An interface endpoint that the VPC has, whose private name must lead to it. */
  private lookUpInterface(service: string): DataAwsVpcEndpoint {
    return new DataAwsVpcEndpoint(this, `provided-${service}`, {
      vpcId: this.vpcId,
      serviceName: `com.amazonaws.${this.environment.region}.${service}`,
      filter: [{ name: "vpc-endpoint-type", values: ["Interface"] }],
      lifecycle: {
        postcondition: [
          {
            condition: '${self.private_dns_enabled && lower(self.state) == "available"}',
            errorMessage: `The interface endpoint \${self.id} of ${service} is \${self.state}, its private DNS \${self.private_dns_enabled ? "on" : "off"}: turn private DNS on, or remove ${service} from network.existing.provides.`,
          },
        ],
      },
    });
  }
}

const addressOf = ({ friendlyUniqueId, terraformResourceType }: TerraformDataSource): string =>
  `data.${terraformResourceType}.${friendlyUniqueId}`;
